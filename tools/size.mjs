// `node tools/size.mjs`: what a first visit downloads before its first frame, and whether that is within the budget.
import path from 'node:path';
import { kRoot } from './setup.mjs';
import { size_budget } from './test/size.mjs';

process.exitCode = size_budget(path.join(kRoot, 'dist')).failed > 0 ? 1 : 0;
