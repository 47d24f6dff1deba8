// Stands in for the module `vscode`: what the client asks of the editor is recorded, and can be told from outside.
const { EventEmitter } = require('events');
const Module = require('module');

class Event {
  constructor() {
    this.emitter = new EventEmitter();
    this.on = (listener, self) => {
      const call = self ? listener.bind(self) : listener;
      this.emitter.on('it', call);
      return { dispose: () => this.emitter.off('it', call) };
    };
  }

  fire(value) {
    this.emitter.emit('it', value);
  }
}

/** `settings`: of the section scopelint. `python`: the interpreter that the Python extension has chosen, if any. */
function make({ settings = {}, python } = {}) {
  const events = { configuration: new Event(), environment: new Event() };
  const seen = { commands: {}, errors: [], lines: [], documents: [], executed: [] };
  const state = { settings, python };
  const api = {
    environments: {
      getActiveEnvironmentPath: () => ({ path: state.python }),
      resolveEnvironment: async () => (state.python ? { executable: { uri: { fsPath: state.python } } } : undefined),
      onDidChangeActiveEnvironmentPath: events.environment.on,
    },
  };
  const vscode = {
    ViewColumn: { Beside: -2 },
    extensions: {
      getExtension: (name) =>
        name === 'ms-python.python' && python !== undefined
          ? { isActive: false, activate: async () => api, exports: api }
          : undefined,
    },
    workspace: {
      workspaceFolders: undefined,
      getConfiguration: () => ({ get: (key) => state.settings[key] }),
      onDidChangeConfiguration: events.configuration.on,
      openTextDocument: async (document) => document,
    },
    window: {
      activeTextEditor: undefined,
      createOutputChannel: () => ({ appendLine: (line) => seen.lines.push(line), dispose() {} }),
      showErrorMessage: async (message) => void seen.errors.push(message),
      showTextDocument: async (document) => void seen.documents.push(document),
    },
    commands: {
      registerCommand: (name, run) => {
        seen.commands[name] = run;
        return { dispose() {} };
      },
      executeCommand: (name, ...args) => seen.executed.push([name, ...args]),
    },
  };
  return { vscode, events, seen, state };
}

/** Loads a module anew, with others in the place of those that it asks for. */
function load(file, others) {
  const former = Module._load;
  Module._load = (name, ...rest) => (name in others ? others[name] : former(name, ...rest));
  try {
    for (const key of Object.keys(require.cache)) if (key.includes(`${'/'}src${'/'}`)) delete require.cache[key];
    return require(file);
  } finally {
    Module._load = former;
  }
}

module.exports = { make, load };
