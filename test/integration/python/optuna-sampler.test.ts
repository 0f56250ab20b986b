import { execFile } from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findPeer } from '../../helpers/python-peer.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Optuna's own acceptance suite over our sampler; what does not apply stands in the Python file. */
const scratch = useScratchFolders()
const repository = path.join(import.meta.dirname, '../../..')
const peers = [findPeer('TUNEWRIGHT_OPTUNA4_PYTHON'), findPeer('TUNEWRIGHT_PEERS_PYTHON')]
const execute = promisify(execFile)

describe.each(peers)('Optuna in %s', python => {
  it.skipIf(python === null)(
    'takes TunewrightSampler and TunewrightPruner',
    async () => {
      const file = path.join(repository, 'clients/python/tests/optuna_acceptance.py')
      const command = `'${process.execPath}' '${path.join(repository, 'bin/tunewright.cjs')}'`
      const words = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', file]
      const { stdout } = await execute(python ?? '', words, {
        cwd: scratch(),
        env: { ...process.env, TUNEWRIGHT_COMMAND: command, PYTHONDONTWRITEBYTECODE: '1' },
      })
      expect(stdout).toMatch(/^130 passed/m)
    },
    400_000,
  )
})
