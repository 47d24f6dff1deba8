// How the server is started: as the settings say, by the workspace's Python, or by what stands on the PATH.
const { execFile } = require('child_process');

const ON_PATH = ['scopelint', 'lsp'];

// Not `-m`: that looks into the working folder first, where a model's own `types.py` may lie.
const RUN = 'import sys; sys.path[:] = [p for p in sys.path if p]; from scopelint.cli import main; main(["lsp"])';
const PROBE = 'import sys; sys.path[:] = [p for p in sys.path if p]; import scopelint, pygls';

/** Does this interpreter have scopelint with its extra `lsp`? */
function hasScopelint(python) {
  return new Promise((resolve) => execFile(python, ['-c', PROBE], { timeout: 20000 }, (problem) => resolve(!problem)));
}

/** The interpreter that the Python extension has chosen for the workspace; undefined without one. */
async function chosenPython(vscode) {
  const extension = vscode.extensions.getExtension('ms-python.python');
  if (!extension) return undefined;
  try {
    const api = extension.isActive ? extension.exports : await extension.activate();
    const folder = vscode.workspace.workspaceFolders && vscode.workspace.workspaceFolders[0];
    const path = api.environments.getActiveEnvironmentPath(folder && folder.uri);
    const found = await api.environments.resolveEnvironment(path);
    const file = found && found.executable && found.executable.uri;
    return file ? file.fsPath : undefined;
  } catch {
    // Another release of that extension: the PATH serves then.
    return undefined;
  }
}

/** The command, and a line that says why this one. */
async function findCommand(vscode, has = hasScopelint) {
  const set = vscode.workspace.getConfiguration('scopelint').get('command');
  if (Array.isArray(set) && set.length) return { command: set, why: 'the setting scopelint.command' };
  const python = await chosenPython(vscode);
  if (python && (await has(python))) return { command: [python, '-c', RUN], why: `the workspace's Python, ${python}` };
  const tried = python ? `, since ${python} has no scopelint[lsp]` : '';
  return { command: ON_PATH, why: `the PATH${tried}` };
}

module.exports = { findCommand, hasScopelint, ON_PATH };
