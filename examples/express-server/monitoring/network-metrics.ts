import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Bytes and connections of a server, counted where they are cheap to count: at the sockets. */
export function registerNetworkMetrics(registry: Registry, server: Server): void {
  const registers = [registry];
  const open = new Map<Socket, { read: number; written: number }>();
  const bytes = new Counter({
    name: 'network_bytes_total',
    help: 'Bytes received from and sent to clients.',
    labelNames: ['direction'],
    registers,
    collect() {
      for (const socket of open.keys()) count(socket);
    },
  });
  new Gauge({
    name: 'network_connections',
    help: 'Open connections of clients.',
    registers,
    collect() {
      this.set(open.size);
    },
  });

  function count(socket: Socket): void {
    const counted = open.get(socket);
    if (!counted) return;
    bytes.inc({ direction: 'received' }, socket.bytesRead - counted.read);
    bytes.inc({ direction: 'sent' }, socket.bytesWritten - counted.written);
    counted.read = socket.bytesRead;
    counted.written = socket.bytesWritten;
  }

  server.on('connection', (socket: Socket) => {
    open.set(socket, { read: 0, written: 0 });
    socket.once('close', () => {
      count(socket);
      open.delete(socket);
    });
  });
}
