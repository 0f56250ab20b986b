import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import { commandObjectiveSchema } from '../../../../src-main/core/study/user-code.ts'
import { describeCode } from '../../../../src-main/platform/user-code/describe-code.ts'
import { requireTrusted } from '../../../../src-main/platform/user-code/require-trusted.ts'
import { TrustStore } from '../../../../src-main/platform/user-code/trust-store.ts'
import { projectSnapshot } from '../../../../src-main/platform/user-code/project-snapshot.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

function project(...words: string[]) {
  const folder = scratch()
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name)
    writeFileSync(file, text)
    return file
  }
  write('train.py', 'print(1)\n')
  const objective = commandObjectiveSchema.parse({ command: ['python3', 'train.py', ...words] })
  const store = new TrustStore(path.join(scratch(), 'trusted.json'))
  const describeNow = async () => describeCode(objective, folder)
  return { folder, write, objective, store, describeNow }
}

describe('a file that a trusted program writes', () => {
  it.each([
    ['--history', 'run.csv'],
    ['--model', 'weights.pt'],
    ['--figure', 'curve.png'],
  ])('named after %s, is no change of its code', async (...words) => {
    const { write, objective, store, describeNow, folder } = project(...words)
    store.trust(await describeNow(), 1)
    const snapshot = await projectSnapshot(store.require(await describeNow()), folder)
    write(words[1] ?? '', 'first')
    await expect(requireTrusted(objective, { userCode: snapshot })).resolves.toBeDefined()
    // The next session, and the trial after it.
    const next = await projectSnapshot(store.require(await describeNow()), folder)
    expect(next.fingerprint).toBe(snapshot.fingerprint)
    write(words[1] ?? '', 'second')
    await expect(requireTrusted(objective, { userCode: next })).resolves.toBeDefined()
  })

  it.each(['--out', '-o', '--save-to', '--log_file', '--metrics-out'])(
    'named after %s, is not covered where it was there before, and that is said',
    async option => {
      const { write, store, describeNow } = project(option, 'result.json')
      const file = write('result.json', '1')
      const code = await describeNow()
      expect(code.notCovered).toContainEqual(msg('trust.uncovered.written', { path: file, option }))
      store.trust(code, 1)
      write('result.json', '2')
      expect(store.isTrusted(await describeNow())).toBe(true)
    },
  )
})

describe('trust', () => {
  it.each(['--plugin=extra.py', 'extra.sh', '--out=extra.py', '@extra'])(
    'does not hold for code that appears later: %s',
    async word => {
      const { write, objective, store, describeNow, folder } = project(word)
      store.trust(await describeNow(), 1)
      const snapshot = await projectSnapshot(store.require(await describeNow()), folder)
      write(word.replace(/^.*[=@]/, ''), 'evil')
      expect(store.isTrusted(await describeNow())).toBe(false)
      await expect(requireTrusted(objective, { userCode: snapshot })).rejects.toThrow(
        'userCode.changed',
      )
    },
  )

  it('does not hold for data that were there and changed, nor for those that "files" names', async () => {
    const { write, store, describeNow, folder, objective } = project('--config', 'a.yaml')
    write('a.yaml', 'one')
    store.trust(await describeNow(), 1)
    write('a.yaml', 'two')
    expect(store.isTrusted(await describeNow())).toBe(false)
    write('b.csv', 'one')
    const declared = { ...objective, files: ['b.csv'] }
    store.trust(await describeCode(declared, folder), 1)
    write('b.csv', 'two')
    expect(store.isTrusted(await describeCode(declared, folder))).toBe(false)
  })
})
