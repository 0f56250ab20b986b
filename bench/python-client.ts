import { execFileSync } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'

/**
 * `npm run bench:python-client [TRIALS]`: the Python client beside Optuna with SQLite, in one run.
 * TUNEWRIGHT_PEERS_PYTHON names a Python with Optuna (`npm run test:tools`).
 */
const repository = path.join(import.meta.dirname, '..')
const python = process.env['TUNEWRIGHT_PEERS_PYTHON'] ?? 'python3'
const script = path.join(import.meta.dirname, 'python/client.py')
const output = execFileSync(python, [script, process.argv[2] ?? '100'], {
  encoding: 'utf8',
  env: {
    ...process.env,
    PYTHONPATH: path.join(repository, 'clients/python/src'),
    TUNEWRIGHT_COMMAND: `'${process.execPath}' '${path.join(repository, 'bin/tunewright.cjs')}'`,
  },
})
process.stdout.write(`${JSON.stringify(JSON.parse(output), null, 2)}\n`)
