// What the manifest names is there.
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');

const ROOT = path.join(__dirname, '..');
const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

test('commands are registered, pictures and pages exist', () => {
  const source = fs.readFileSync(path.join(ROOT, 'src', 'extension.js'), 'utf8');
  for (const { command } of manifest.contributes.commands) assert.ok(source.includes(`'${command}'`), command);
  const files = [manifest.icon];
  for (const { steps } of manifest.contributes.walkthroughs) {
    for (const step of steps) {
      files.push(step.media.markdown);
      for (const [, command] of step.description.matchAll(/\(command:(scopelint\.\w+)\)/g)) {
        assert.ok(manifest.contributes.commands.some((each) => each.command === command), command);
      }
    }
  }
  for (const file of files) assert.ok(fs.existsSync(path.join(ROOT, file)), file);
});

test('the lock file is of this manifest', () => {
  const lock = JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  assert.deepStrictEqual(lock.packages[''].devDependencies, manifest.devDependencies);
});
