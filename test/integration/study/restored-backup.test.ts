import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import type { AppEvent } from '../../../src-main/features/api/common/app-event.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { catchAppError } from '../../helpers/catch-error.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const study = (name: string, durationMs = 0) => ({
  text: `{ name: ${name}, objective: { function: branin, durationMs: ${durationMs} },
    goals: [{ metric: value, direction: minimize }], space: { x0: { float: [-5, 10] }, x1: { float: [0, 15] } }, stop: { trials: 50 } }`,
  format: 'yaml' as const,
})

it('is put in the place of the database while the page stays, also while a study runs', async () => {
  const workspace = locateWorkspace(path.join(scratch(), 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind: 'electron', now: Date.now })
  const { api } = backEnd
  const studyNamed = async (name: string) =>
    (await api['study.list']({})).find(row => row.name === name)
  const names = async () => (await api['study.list']({})).map(({ name }) => name).sort()
  const events: AppEvent[] = []
  backEnd.hub.subscribe(event => void events.push(event))
  try {
    await api['study.create']({ ...study('before'), start: false })
    await api['app.backUp']({})
    await api['study.create']({ ...study('after', 200), start: true })
    await vi.waitUntil(async () => (await studyNamed('after'))?.trials.complete, {
      timeout: 20_000,
    })
    const { backups, present, settings } = await api['backup.list']({})
    expect(present.studies).toBe(2)
    expect(settings).toEqual({ keep: 3, everyHours: 24 })
    const [backup] = backups
    const name = backup?.name ?? ''
    expect(backup?.kind).toBe('person')
    expect(await api['backup.check']({})).toEqual({ [name]: { ok: true, studies: 1, trials: 0 } })

    // One that is damaged or not there stops nothing.
    writeFileSync(path.join(workspace.backupDirectory, 'studies-x.sqlite'), 'no database')
    const damaged = await catchAppError(() => api['backup.restore']({ name: 'studies-x.sqlite' }))
    expect(damaged.code).toBe('database.corrupt')
    const missing = await catchAppError(() => api['backup.restore']({ name: '../studies.sqlite' }))
    expect(missing.code).toBe('file.notFound')
    expect((await studyNamed('after'))?.runsInThisProcess).toBe(true)

    const restoring = api['backup.restore']({ name })
    const { replacedDatabase: replacedPath } = await restoring
    expect(await names()).toEqual(['before'])
    expect(events.at(-1)?.type).toBe('reset')
    const reader = openStudyStore(replacedPath ?? '', { readOnly: true })
    expect(
      reader
        .listStudies()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['after', 'before'])
    reader.close()
    const after = await api['backup.list']({})
    expect(after.backups.map(({ kind }) => kind)).toContain('replaced')
    // What was replaced can come back in the same way.
    await api['study.create']({ ...study('later'), start: false })
    await api['backup.restore']({ name: path.basename(replacedPath ?? '') })
    expect(await names()).toEqual(['after', 'before'])

    await api['backup.configure']({ keep: 7, everyHours: 6 })
    expect((await api['backup.list']({})).settings).toEqual({ keep: 7, everyHours: 6 })
  } finally {
    await backEnd.close()
    store.close()
  }
  openStudyStore(workspace.databasePath).close()
})
