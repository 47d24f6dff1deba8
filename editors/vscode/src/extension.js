// Starts `scopelint lsp`, starts it anew where its command changes, and shows what its commands give.
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');
const { findCommand } = require('./command');

const SELECTOR = [
  { scheme: 'file', language: 'python' },
  { scheme: 'untitled', language: 'python' },
  { notebook: 'jupyter-notebook', language: 'python' },
];

let client;
let running = '';
let output;
let turn = Promise.resolve();

/** One start or stop after the other: settings may change while the server starts. */
function inTurn(work) {
  turn = turn.then(work, work);
  return turn;
}

async function stop() {
  const old = client;
  client = undefined;
  running = '';
  if (old) {
    try {
      await old.stop();
    } catch {
      // It did not start, or has gone.
    }
  }
}

async function start() {
  const { command, why } = await findCommand(vscode);
  output.appendLine(`${command[0]}: ${why}`);
  const [file, ...args] = command;
  client = new LanguageClient(
    'scopelint',
    'scopelint',
    { command: file, args },
    {
      documentSelector: SELECTOR,
      synchronize: { configurationSection: 'scopelint' },
      outputChannel: output,
      connectionOptions: { maxRestartCount: 5 },
    },
  );
  running = JSON.stringify(command);
  try {
    await client.start();
  } catch (problem) {
    client = undefined;
    output.appendLine(String(problem));
    const said = `scopelint did not start by ${why} (pip install "scopelint[lsp]"): ${problem.message}`;
    vscode.window.showErrorMessage(said, 'Settings').then((button) => {
      if (button) vscode.commands.executeCommand('workbench.action.openSettings', 'scopelint.command');
    });
  }
}

async function restart() {
  await stop();
  await start();
}

/** Another environment or setting: only another command costs a start. */
async function restartIfOther() {
  const { command } = await findCommand(vscode);
  if (!client || JSON.stringify(command) !== running) await restart();
}

async function ask(command) {
  const editor = vscode.window.activeTextEditor;
  if (!client || !editor) return undefined;
  return client.sendRequest('workspace/executeCommand', { command, arguments: [editor.document.uri.toString()] });
}

async function showNames() {
  const content = await ask('scopelint.names');
  if (content === undefined) return;
  const document = await vscode.workspace.openTextDocument({ content, language: 'plaintext' });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
}

async function activate(context) {
  output = vscode.window.createOutputChannel('scopelint');
  context.subscriptions.push(
    output,
    vscode.commands.registerCommand('scopelint.showNames', showNames),
    // The server asks the client to open the page itself.
    vscode.commands.registerCommand('scopelint.showPicture', () => ask('scopelint.picture')),
    vscode.commands.registerCommand('scopelint.restartServer', () => inTurn(restart)),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('scopelint.command')) inTurn(restartIfOther);
    }),
  );
  const python = vscode.extensions.getExtension('ms-python.python');
  if (python) {
    try {
      const api = python.isActive ? python.exports : await python.activate();
      context.subscriptions.push(api.environments.onDidChangeActiveEnvironmentPath(() => inTurn(restartIfOther)));
    } catch {
      // Another release of that extension: `scopelint: Restart` is left.
    }
  }
  await inTurn(start);
}

function deactivate() {
  return inTurn(stop);
}

module.exports = { activate, deactivate };
