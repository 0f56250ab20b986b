import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { LOCAL_MACHINE } from '../../../src-main/core/trial/trial.ts'
import { startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { SshMachine, sshMissing } from '../../helpers/ssh-machine.ts'
import { findPython } from '../../helpers/user-code-study.ts'

/** The walk through docs/machines.md, as it stands there. */

const missing = sshMissing() ?? (findPython() === null ? 'no Python' : null)
if (missing !== null) console.warn(`the walk through docs/machines.md is not tested: ${missing}`)

const guide = readFileSync(new URL('../../../docs/machines.md', import.meta.url), 'utf8')
const scratch = useScratchFolders()
let folder = ''
const machines: SshMachine[] = []

function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(
    ([, text = '']) => text,
  )
}

const program = `import json, sys
print(json.dumps({'loss': float(sys.argv[1].split('=')[1]) * 2}))
`

describe.skipIf(missing !== null)('the walk through docs/machines.md', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'tunewright-ssh-'))
    for (const name of ['box2', 'box3']) machines.push(await SshMachine.start(folder, name))
  })

  afterAll(() => {
    for (const machine of machines) machine.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('adds and checks machines, and runs its studies on them and here', async () => {
    const home = scratch()
    const tunewright = async (...words: readonly string[]) => {
      const { exitCode, stdout, stderr } = await startTunewright(
        ['--db', 'own.sqlite', ...words],
        home,
        {
          TUNEWRIGHT_MACHINES: path.join(home, 'machines.json'),
          TUNEWRIGHT_TRUST: path.join(home, 'trusted-code.json'),
        },
      ).result
      expect({ words, exitCode, stderr }).toMatchObject({ exitCode: 0 })
      return stdout
    }
    const [walk = ''] = blocks('console')
    const [adding, checking, report = ''] = walk.trim().split('\n')
    expect([adding, checking]).toEqual([
      '$ tunewright machine add box2',
      '$ tunewright machine check box2',
    ])
    // Of these machines their person has no configuration.
    for (const { name, machine } of machines) {
      await tunewright('machine', 'add', name, '--config', machine.configuration ?? '')
    }
    const form =
      /^box2: ready: Linux \S+, \d+ cores, (no|\d+) NVIDIA GPUs?, \d+ GB free, Node v[.\d]+, answers in \d+ ms/
    expect(report).toMatch(form)
    expect(await tunewright('machine', 'check', 'box2')).toMatch(form)

    writeFileSync(path.join(home, 'train.py'), program)
    writeFileSync(path.join(home, 'model.py'), '')
    const studies = blocks('yaml').filter(text => /^name: two-boxes/.test(text))
    expect(studies).toHaveLength(2)
    const ran: (string | undefined)[][] = []
    for (const [at, text] of studies.entries()) {
      writeFileSync(path.join(home, 'study.yaml'), text.replace('trials: 100', 'trials: 6'))
      await tunewright('trust', 'study.yaml', '--yes')
      await tunewright('run', 'study.yaml')
      const store = openStudyStore(path.join(home, 'own.sqlite'), { readOnly: true })
      const { trials } = store.snapshot(at + 1)
      store.close()
      expect(trials.map(({ values }) => values)).toEqual(
        trials.map(({ parameters }) => [Number(parameters['learningRate']) * 2]),
      )
      ran.push(trials.flatMap(({ attempts }) => attempts.map(({ machine }) => machine)))
    }
    for (const machine of ran[0] ?? []) expect(['box2', 'box3']).toContain(machine)
    for (const machine of ran[1] ?? []) expect([LOCAL_MACHINE, 'box2']).toContain(machine)
    expect(ran.map(list => list.length)).toEqual([6, 6])
    // One at a time on each, and the first three at once: each has some.
    expect(new Set(ran[1])).toEqual(new Set([LOCAL_MACHINE, 'box2']))
  })
})
