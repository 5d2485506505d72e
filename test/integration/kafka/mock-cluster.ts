import { spawn, spawnSync } from 'node:child_process';
import { Kafka, logLevel } from 'kafkajs';

/** True if the program is there that holds the mock cluster of librdkafka (package `kcat` of Debian). */
export function hasKcat(): boolean {
  return spawnSync('kcat', ['-V']).status === 0;
}

export interface MockCluster {
  readonly broker: string;
  readonly kafka: Kafka;
  /** Number of messages that were ever written to a topic. */
  endsOf(topic: string): Promise<number>;
  stop(): void;
}

/**
 * Starts the mock cluster of librdkafka: a broker on loopback with the protocol of Kafka (groups, offsets, topics of four partitions that are
 * made when they are asked for), in memory. It is part of the library that it serves to test, and lives as long as kcat waits for input.
 */
export async function startMockCluster(): Promise<MockCluster> {
  const kcat = spawn('kcat', ['-P', '-b', 'mock', '-t', 'unused', '-X', 'test.mock.num.brokers=1'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const broker = await new Promise<string>((resolve, reject) => {
    let text = '';
    kcat.stderr.on('data', (data: Buffer) => {
      text += data.toString();
      const [, address] = /replaced with (127\.0\.0\.1:\d+)/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
    kcat.once('exit', () => reject(new Error(`kcat ended: ${text}`)));
  });
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const endsOf = async (topic: string) => {
    const admin = kafka.admin();
    await admin.connect();
    try {
      const partitions = await admin.fetchTopicOffsets(topic);
      return partitions.reduce((sum, { high }) => sum + Number(high), 0);
    } finally {
      await admin.disconnect();
    }
  };
  return { broker, kafka, endsOf, stop: () => kcat.kill() };
}
