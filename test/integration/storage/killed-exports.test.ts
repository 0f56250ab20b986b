import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { buildFullDisk } from '../../helpers/disk/full-disk.ts'
import { type CommandResult, startTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { runTrial, sampleFinish, sampleStudy, sampleTrial } from '../../helpers/store-samples.ts'

const scratch = useScratchFolders()
const built = buildFullDisk(scratch())
if ('why' in built) console.warn(`killed exports are not tested: ${built.why}`)

/** A study with some trials, one of which has left a file. @returns the folder of its database */
function seeded(): string {
  const folder = scratch()
  const database = path.join(folder, 's.sqlite')
  const store = openStudyStore(database)
  const { id } = store.createStudy(sampleStudy())
  for (let number = 0; number < 3; number++) runTrial(store, id, number, number / 3)
  const file = path.join(locateWorkspace(database).artifactDirectory(id, 3), 'words.txt')
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, 'words')
  store.startTrial(sampleTrial(id, 3))
  const artifact = {
    kind: 'file//words.txt',
    path: file,
    bytes: 5,
    sha256: createHash('sha256').update('words').digest('hex'),
    media: { type: 'text' } as const,
  }
  store.finishTrial(sampleFinish(id, 3, { artifacts: [artifact] }))
  store.close()
  return folder
}

/** @param at the write in the folder `out` that kills the command; 0: none, they are counted */
async function exportStudy(
  folder: string,
  format: string,
  name: string,
  at: number,
): Promise<CommandResult & { readonly writes: number }> {
  const count = path.join(folder, 'count')
  writeFileSync(count, Buffer.alloc(8))
  const words = ['--db', 's.sqlite', 'export', '1', `out/${name}`, '--format', format]
  const result = await startTunewright(words, folder, {
    LD_PRELOAD: 'library' in built ? built.library : '',
    FULL_DISK_FOLDER: path.join(folder, 'out/'),
    FULL_DISK_AT: String(at),
    FULL_DISK_COUNT: count,
    FULL_DISK_KILL: 'group',
  }).result
  return { ...result, writes: Number(readFileSync(count).readBigInt64LE()) }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => name.replaceAll(/\.\d{10}\.\d+/g, ''))
    .toSorted()
}

describe.skipIf(!('library' in built))('an export that is killed', () => {
  it.each([
    ['tensorboard', 'runs', ['runs']],
    ['optuna', 'o.sqlite', ['o-artifacts', 'o.sqlite']],
  ] as const)(
    'leaves nothing half-written to %s, and the next one does all of it',
    { timeout: 180_000 },
    async (format, name, names) => {
      const folder = seeded()
      const out = path.join(folder, 'out')
      const calm = await exportStudy(folder, format, name, 0)
      expect([calm.exitCode, readdirSync(out).toSorted()]).toEqual([0, names])
      const expected = filesIn(out)
      for (const share of [0.4, 0.8]) {
        rmSync(out, { recursive: true })
        const at = Math.floor(calm.writes * share)
        const killed = await exportStudy(folder, format, name, at)
        expect(killed.signal).toBe('SIGKILL')
        // A folder of files may be there without the study that names them, but never in part.
        const left = filesIn(out).filter(file => !/\.part\b/.test(file))
        for (const file of left) expect(expected).toContain(file)
        const again = await exportStudy(folder, format, name, 0)
        expect([again.exitCode, again.stderr]).toEqual([0, ''])
        expect(filesIn(out)).toEqual(expected)
      }
    },
  )
})
