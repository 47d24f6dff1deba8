// Starts `scopelint lsp` and shows what its commands give. All else is the protocol.
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

async function start() {
  const [command, ...args] = vscode.workspace.getConfiguration('scopelint').get('command');
  client = new LanguageClient(
    'scopelint',
    { command, args },
    {
      documentSelector: [
        { scheme: 'file', language: 'python' },
        { scheme: 'untitled', language: 'python' },
        { notebook: 'jupyter-notebook', language: 'python' },
      ],
      synchronize: { configurationSection: 'scopelint' },
    },
  );
  await client.start();
}

async function ask(command) {
  const editor = vscode.window.activeTextEditor;
  if (!client || !editor) return undefined;
  return client.sendRequest('workspace/executeCommand', { command, arguments: [editor.document.uri.toString()] });
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('scopelint.showNames', async () => {
      const content = await ask('scopelint.names');
      if (content === undefined) return;
      const document = await vscode.workspace.openTextDocument({ content, language: 'plaintext' });
      await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
    }),
    // The server asks the client to open the page itself.
    vscode.commands.registerCommand('scopelint.showPicture', () => ask('scopelint.picture')),
    vscode.commands.registerCommand('scopelint.restartServer', async () => {
      if (client) await client.stop();
      await start();
    }),
  );
  try {
    await start();
  } catch (problem) {
    vscode.window.showErrorMessage(`scopelint did not start (pip install "scopelint[lsp]"): ${problem.message}`);
  }
}

function deactivate() {
  return client && client.stop();
}

module.exports = { activate, deactivate };
