// Starts `mailgrid lsp` for campaign files, and stops it. Everything else is the server's.
const { workspace } = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");

let client;

async function activate() {
  const command = workspace.getConfiguration("mailgrid").get("command");
  const server = { command, args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("mailgrid", "Mailgrid", server, { documentSelector: [{ language: "mailgrid" }] });
  await client.start();
}

async function deactivate() {
  await client?.stop();
}

module.exports = { activate, deactivate };
