// The bundle, vscode-languageclient in it, against the real server. Skipped where nobody has run `npm run build`.
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { test } = require('node:test');
const { load, make } = require('./stubs/vscode');

const BUNDLE = path.join(__dirname, '..', 'dist', 'extension.js');
const PYTHON = process.env.SCOPELINT_PYTHON || 'python3';
const nothing = () => ({ dispose() {} });

class Emitter {
  constructor() {
    this.listeners = [];
    this.event = (listener, self) => {
      this.listeners.push(self ? listener.bind(self) : listener);
      return { dispose() {} };
    };
  }

  fire(value) {
    this.listeners.forEach((each) => each(value));
  }

  dispose() {}
}

class Disposable {
  constructor(dispose) {
    this.dispose = dispose;
  }

  static from(...all) {
    return new Disposable(() => all.forEach((each) => each.dispose()));
  }
}

class Uri {
  constructor(text) {
    Object.assign(this, { text, scheme: 'file', fsPath: text.replace('file://', '') });
  }

  toString() {
    return this.text;
  }

  static parse(text) {
    return new Uri(text);
  }

  static file(file) {
    return new Uri(`file://${file}`);
  }
}

class Kind {
  constructor(value) {
    this.value = value;
  }

  append(part) {
    return new Kind(`${this.value}.${part}`);
  }
}

/** What the library asks of the editor beyond the few things that are told: classes, and places to register at. */
function lenient(object) {
  return new Proxy(object, {
    get(target, key) {
      if (key in target || typeof key === 'symbol') return target[key];
      if (/^on[A-Z]|^register/.test(key)) return nothing;
      if (!/^[A-Z]/.test(key)) return undefined;
      const made = class {};
      target[key] = new Proxy(made, { get: (own, name) => (name in own || typeof name === 'symbol' ? own[name] : 0) });
      return target[key];
    },
  });
}

test('the bundle starts the server, opens a file and shows its names', { skip: !fs.existsSync(BUNDLE) }, async () => {
  const command = [PYTHON, '-c', 'from scopelint.cli import main; main(["lsp"])'];
  const { vscode, seen } = make({ settings: { command } });
  const opened = new Emitter();
  const document = {
    uri: Uri.file('/w.py'), languageId: 'python', version: 1, isClosed: false,
    getText: () => 'import tensorflow as tf\ntf.get_variable("weights", [3])\n',
  };
  const channel = { append() {}, appendLine: (line) => seen.lines.push(line), show() {}, dispose() {} };
  Object.assign(vscode, {
    version: '1.90.0',
    env: { language: 'en', appName: 'test', uriScheme: 'test' },
    EventEmitter: Emitter,
    Disposable,
    CodeActionKind: new Proxy(Kind, { get: (own, key) => (key in own || typeof key === 'symbol' ? own[key] : new Kind(key)) }),
    Uri,
    languages: lenient({
      createDiagnosticCollection: () => ({ set() {}, clear() {}, dispose() {}, delete() {}, has() {} }),
      match: () => 10,
    }),
    workspace: lenient(Object.assign(vscode.workspace, {
      textDocuments: [], notebookDocuments: [], workspaceFolders: [], onDidOpenTextDocument: opened.event,
      createFileSystemWatcher: () => lenient({ dispose() {} }),
    })),
    window: lenient(Object.assign(vscode.window, {
      tabGroups: { all: [], onDidChangeTabs: nothing }, visibleTextEditors: [], createOutputChannel: () => channel,
      withProgress: (options, work) => work({ report() {} }, { onCancellationRequested: nothing }),
    })),
    commands: lenient(vscode.commands),
  });
  const extension = load(BUNDLE, { vscode: lenient(vscode) });
  await extension.activate({ subscriptions: [] });
  assert.deepStrictEqual(seen.errors, []);
  opened.fire(document);
  vscode.window.activeTextEditor = { document };
  await seen.commands['scopelint.showNames']();
  assert.match(seen.documents[0].content, /^weights\b/m);
  await extension.deactivate();
  assert.deepStrictEqual(seen.errors, [], seen.lines.join('\n'));
});
