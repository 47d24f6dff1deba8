// The client against the real server: $SCOPELINT_PYTHON is an interpreter that has scopelint.
const assert = require('assert');
const fs = require('fs');
const os = require('os');
const path = require('path');
const { test } = require('node:test');
const { pathToFileURL } = require('url');
const { LanguageClient } = require('./stubs/client');
const { load, make } = require('./stubs/vscode');

const PYTHON = process.env.SCOPELINT_PYTHON || 'python3';
const COMMAND = [PYTHON, '-c', 'from scopelint.cli import main; main(["lsp"])'];

async function started(options) {
  LanguageClient.made.length = 0;
  const stub = make(options);
  const extension = load('../../src/extension.js', {
    vscode: stub.vscode,
    'vscode-languageclient/node': { LanguageClient },
  });
  const context = { subscriptions: [] };
  await extension.activate(context);
  return { ...stub, extension, clients: LanguageClient.made, context };
}

function alive(client) {
  return client.process.exitCode === null && client.process.signalCode === null;
}

/** Until what was begun by an event is done. */
async function until(condition) {
  for (let turn = 0; turn < 3000 && !condition(); turn++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(condition());
}

test('the environment of the workspace comes first, and its server answers', async () => {
  const { seen, clients, extension, vscode } = await started({ python: PYTHON });
  assert.deepStrictEqual(seen.errors, []);
  assert.strictEqual(clients[0].server.command, PYTHON);
  assert.ok(clients[0].capabilities.renameProvider);
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'scopelint-')), 'a.py');
  const text = 'import tensorflow as tf\ntf.get_variable("w", [3])\n';
  const uri = pathToFileURL(file).href;
  clients[0].sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'python', version: 1, text },
  });
  vscode.window.activeTextEditor = { document: { uri: { toString: () => uri } } };
  await seen.commands['scopelint.showNames']();
  assert.match(seen.documents[0].content, /^w\b/m);
  await extension.deactivate();
  assert.ok(!alive(clients[0]));
});

test('a setting goes before the environment; another one starts the server anew, once', async () => {
  const { clients, extension, events, state } = await started({ settings: { command: COMMAND }, python: '/no/python' });
  assert.deepStrictEqual([clients[0].server.command, ...clients[0].server.args], COMMAND);
  events.configuration.fire({ affectsConfiguration: (name) => name === 'scopelint.hints' });
  state.settings = { command: [...COMMAND.slice(0, 2), `${COMMAND[2]} `] };
  const change = { affectsConfiguration: (name) => name === 'scopelint.command' };
  events.configuration.fire(change);
  events.configuration.fire(change);
  await until(() => clients.length === 2 && clients[1].capabilities);
  assert.ok(!alive(clients[0]) && alive(clients[1]));
  await extension.deactivate();
  assert.strictEqual(clients.length, 2);
});

test('another environment starts the server anew where the command changes with it', async () => {
  const { clients, extension, events, state } = await started({ python: '/no/python', settings: {} });
  assert.strictEqual(clients[0].server.command, 'scopelint');
  state.python = PYTHON;
  events.environment.fire({});
  await until(() => clients.length === 2 && clients[1].capabilities);
  events.environment.fire({});
  await extension.deactivate();
  assert.strictEqual(clients.length, 2);
});

test('a command that does not start is told with what was tried, and can be mended', async () => {
  const { clients, extension, seen, state } = await started({ settings: { command: ['/no/such/command'] } });
  assert.match(seen.errors[0], /did not start by the setting scopelint.command.*ENOENT/);
  state.settings = { command: COMMAND };
  await seen.commands['scopelint.restartServer']();
  assert.ok(alive(clients[1]));
  const first = clients[1].process.pid;
  await seen.commands['scopelint.restartServer']();
  assert.ok(!alive(clients[1]) && alive(clients[2]) && clients[2].process.pid !== first);
  await extension.deactivate();
});

test('a server that ends at once is told too', async () => {
  const { extension, seen } = await started({ settings: { command: [PYTHON, '-c', 'raise SystemExit(3)'] } });
  assert.match(seen.errors[0], /exit code 3/);
  await extension.deactivate();
});
