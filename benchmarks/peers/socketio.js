// Socket.IO with one room: node socketio.js PORT
const http = require('http');
const { Server } = require('socket.io');

const server = http.createServer((request, response) => {
  if (request.method !== 'POST') {
    return;
  }
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    io.to('key').emit('change', JSON.parse(Buffer.concat(parts).toString()));
    response.writeHead(204).end();
  });
});
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
io.on('connection', (socket) => socket.join('key'));
server.listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096 });
