'use strict';
// A broadcast server the way the README of the package ws does it: node node-ws.cjs PORT DEFLATE
const { WebSocketServer } = require('ws');

const [port, deflate] = process.argv.slice(2);
const rooms = new Map();

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: Number(port),
  backlog: 4096,
  perMessageDeflate: deflate === 'true',
});

server.on('connection', (member, request) => {
  const room = new URL(request.url, 'ws://localhost').searchParams.get('room') ?? 'lobby';
  const members = rooms.get(room) ?? new Set();
  rooms.set(room, members.add(member));
  member.on('message', (data, binary) => members.forEach((each) => each.send(data, { binary })));
  member.on('close', () => members.delete(member));
  member.on('error', () => member.terminate());
});
