import { spawnSync } from 'node:child_process'
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kitNames, kits } from '../../../src-main/features/script/common/kits.ts'
import { findPeer, type PeerVariable } from '../../helpers/python-peer.ts'
import { startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

/** Pythons of the test tools that hold libraries of kits. */
const peers: readonly PeerVariable[] = ['TUNEWRIGHT_CLIENT_PYTHON', 'TUNEWRIGHT_BOOSTING_PYTHON']
/** A trial of a kit on a machine that is busy with other tests. */
const LIMIT_MS = 600_000

const pythons = peers.map(findPeer).filter(python => python !== null)

function pythonWith(packages: readonly string[]): string | null {
  const modules = packages.map(name => (name === 'scikit-learn' ? 'sklearn' : name)).join(', ')
  const imports = `import importlib.util, sys; sys.exit(not all(map(importlib.util.find_spec, "${modules}".split(", "))))`
  return pythons.find(python => spawnSync(python, ['-c', imports]).status === 0) ?? null
}

const scratch = useScratchFolders()

describe.each(kitNames.filter(name => kits[name].ran))('the kit %s', name => {
  const { packages } = kits[name]
  const python = pythonWith(packages)
  if (python === null)
    console.warn(`skipped: no Python of the test tools has ${packages.join(', ')}`)

  it.skipIf(python === null)(
    'trains its first trial as its page says, and measures it on test data',
    { timeout: LIMIT_MS },
    async () => {
      const folder = scratch()
      // The environment of the folder, as a person has one.
      symlinkSync(path.resolve(python ?? '', '../..'), path.join(folder, '.venv'))
      const variables = { TUNEWRIGHT_TRUST: path.join(folder, 'trust.json') }
      const tunewright = async (...words: readonly string[]): Promise<string> => {
        const all = ['--db', path.join(folder, 'a.sqlite'), ...words]
        const { stdout, stderr, exitCode } = await startTunewright(all, folder, variables).result
        expect([words, exitCode, exitCode === 0 ? '' : stderr + stdout]).toEqual([words, 0, ''])
        return stdout
      }
      await tunewright('init', '--kit', name, 'mine')
      await tunewright('check', 'mine/study.yaml')
      const study = path.join(folder, 'mine', 'study.yaml')
      const text = readFileSync(study, 'utf8')
      expect(text).toContain('.venv')
      writeFileSync(study, text.replace(/trials: \d+/, 'trials: 1'))
      await tunewright('trust', '--yes', 'mine/study.yaml')
      await tunewright('run', 'mine/study.yaml')
      expect(await tunewright('show', name)).toMatch(/complete/)
      expect(await tunewright('files', name)).toMatch(/test_/)
    },
  )
})
