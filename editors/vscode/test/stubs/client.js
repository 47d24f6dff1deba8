// Stands in for vscode-languageclient: starts the command that it is given and really speaks the protocol with it.
const { spawn } = require('child_process');

class LanguageClient {
  constructor(id, name, server, options) {
    Object.assign(this, { id, name, server, options, waiting: new Map(), number: 0, notifications: [] });
    LanguageClient.made.push(this);
  }

  async start() {
    this.process = spawn(this.server.command, this.server.args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const failed = new Promise((_, reject) => {
      this.process.on('error', reject);
      this.process.on('exit', (code) => reject(new Error(`exit code ${code}`)));
    });
    failed.catch(() => {});
    this.gone = new Promise((resolve) => this.process.on('close', resolve));
    let rest = Buffer.alloc(0);
    this.process.stdout.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      for (;;) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const size = Number(/Content-Length: (\d+)/i.exec(rest.subarray(0, end).toString())[1]);
        if (rest.length < end + 4 + size) return;
        this.take(JSON.parse(rest.subarray(end + 4, end + 4 + size).toString()));
        rest = rest.subarray(end + 4 + size);
      }
    });
    this.process.stdin.on('error', () => {});
    const answer = this.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {} });
    this.capabilities = (await Promise.race([answer, failed])).capabilities;
    this.sendNotification('initialized', {});
  }

  take(message) {
    if ('id' in message && !('method' in message)) {
      const { resolve, reject } = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    } else if (message.method) {
      this.notifications.push(message);
    }
  }

  send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.process.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.process.stdin.write(body);
  }

  sendRequest(method, params) {
    const id = ++this.number;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.send({ id, method, params });
    });
  }

  sendNotification(method, params) {
    this.send({ method, params });
  }

  async stop() {
    await this.sendRequest('shutdown');
    this.sendNotification('exit');
    await this.gone;
  }
}

LanguageClient.made = [];

module.exports = { LanguageClient };
