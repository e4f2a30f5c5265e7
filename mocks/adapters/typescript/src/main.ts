#!/usr/bin/env node
// The example partner behind the driver contract: node src/main.ts [--dial URL] [--defect NAME]
import { driverMain } from './driver/index.ts';
import { takeDefects } from './partner/defects.ts';
import { clientSeat, proxySeat, serverSeat } from './partner/seats.ts';

takeDefects(process.argv.slice(2));
await driverMain({
  name: 'parley partner example',
  version: '1',
  implementation: { name: 'partner example in TypeScript', version: '1.0.0' },
  addressing: ['interop', 'native'],
  seats: { 'partner-client': clientSeat, 'partner-server': serverSeat, 'partner-proxy': proxySeat },
  wholePartner: true,
  followsClock: true,
  sessions: 'many',
});
