import path from 'node:path';

/** The folder of the repository. */
export const root = path.join(__dirname, '..');

/** Runs our commands, as npm does. */
export const RUNNER = path.join(root, 'scripts', 'run.mjs');
