import { mkdirSync, symlinkSync, writeFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { tableFormatSchema } from '../../../src-main/core/data/table-format.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

async function withBackEnd(
  kind: 'web' | 'electron',
  work: (
    ownFolder: string,
    other: string,
    preview: (file: string) => Promise<unknown>,
    choose: (file: string) => Promise<unknown>,
  ) => Promise<void>,
): Promise<void> {
  const folder = scratch()
  const [ownFolder, other] = [path.join(folder, 'own'), path.join(folder, 'other')]
  for (const dataFolder of [ownFolder, other]) {
    mkdirSync(dataFolder)
    writeFileSync(path.join(dataFolder, 'table.csv'), 'a,b\n1,2\n')
  }
  symlinkSync(path.join(other, 'table.csv'), path.join(ownFolder, 'link.csv'))
  const workspace = locateWorkspace(path.join(ownFolder, 'a.sqlite'))
  const store = openStoreForWriting(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind, now: Date.now })
  try {
    const preview = async (file: string) =>
      backEnd.api['dataset.preview']({ file, ...tableFormatSchema.parse({}) })
    await work(ownFolder, other, preview, async file => backEnd.api['file.choose']({ path: file }))
  } finally {
    await backEnd.close()
    store.close()
  }
}

describe('files that a page names', () => {
  it('lie beside the database, or were typed', async () => {
    await withBackEnd('web', async (ownFolder, other, preview, choose) => {
      for (const file of ['table.csv', path.join(ownFolder, 'table.csv')]) {
        expect(await preview(file)).toMatchObject({ rows: 1 })
      }
      const outside = path.join(other, 'table.csv')
      for (const file of [outside, '../other/table.csv', 'link.csv', '/etc/passwd', '/none/such']) {
        await expect(preview(file), file).rejects.toMatchObject({ code: 'file.notChosen' })
      }
      await choose(outside)
      expect(await preview(outside)).toMatchObject({ rows: 1 })
      await expect(preview('/etc/passwd')).rejects.toMatchObject({ code: 'file.notChosen' })
    })
  })

  it('are scripts, too: one elsewhere is read, and gets its launcher, once a person has named it', async () => {
    const folder = scratch()
    const [ownFolder, other] = [path.join(folder, 'own'), path.join(folder, 'other')]
    for (const name of [ownFolder, other]) mkdirSync(name)
    const script = path.join(other, 'train.py')
    writeFileSync(script, 'LR = 0.1\nprint(f"val_loss: {LR}")\n')
    const workspace = locateWorkspace(path.join(ownFolder, 'a.sqlite'))
    const store = openStoreForWriting(workspace.databasePath)
    const { api, close } = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
    const describe = async () => api['script.describe']({ path: script, language: 'en' })
    const copyLauncher = async () => api['script.copyLauncher']({ path: script })
    try {
      for (const call of [describe, copyLauncher])
        await expect(call()).rejects.toMatchObject({ code: 'file.notChosen' })
      expect(readdirSync(other)).toEqual(['train.py'])
      await api['file.choose']({ path: script })
      expect(await describe()).toMatchObject({
        folder: other,
        launcher: { isNeeded: true, isThere: false },
      })
      expect(readdirSync(other)).toEqual(['train.py'])
      await copyLauncher()
      expect(await describe()).toMatchObject({ launcher: { isThere: true } })
    } finally {
      await close()
      store.close()
    }
  })

  it('are folders for kits, too: one beside the database is made, one elsewhere takes a kit once a person has named it', async () => {
    const folder = scratch()
    const [ownFolder, other] = [path.join(folder, 'own'), path.join(folder, 'other')]
    for (const name of [ownFolder, other]) mkdirSync(name)
    const workspace = locateWorkspace(path.join(ownFolder, 'a.sqlite'))
    const store = openStoreForWriting(workspace.databasePath)
    const { api, close } = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
    const copy = async (into: string | null) =>
      api['script.copyKit']({ kit: 'lightgbm', folder: into })
    try {
      const first = await copy(null)
      expect(first.folder).toBe(path.join(workspace.uploadDirectory, 'kits', 'lightgbm'))
      expect((await copy(null)).folder).toBe(`${first.folder}-2`)
      const elsewhere = path.join(other, 'mine')
      await expect(copy(elsewhere)).rejects.toMatchObject({ code: 'file.notChosen' })
      expect(readdirSync(other)).toEqual([])
      await api['file.choose']({ path: elsewhere })
      expect(await copy(elsewhere)).toMatchObject({ folder: elsewhere })
      await expect(copy(elsewhere)).rejects.toMatchObject({ code: 'file.exists' })
    } finally {
      await close()
      store.close()
    }
  })

  it('are meant by the text of a study, too', async () => {
    const folder = scratch()
    const [ownFolder, other] = [path.join(folder, 'own'), path.join(folder, 'other')]
    const rows = Array.from({ length: 40 }, (_, row) => `${row},${row % 2}`).join('\n')
    for (const dataFolder of [ownFolder, other]) {
      mkdirSync(dataFolder)
      writeFileSync(path.join(dataFolder, 'table.csv'), `a,b\n${rows}\n`)
    }
    mkdirSync(path.join(other, 'pictures'))
    const workspace = locateWorkspace(path.join(ownFolder, 'a.sqlite'))
    const store = openStoreForWriting(workspace.databasePath)
    const { api, close } = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
    const study = (objective: object, name = 'one') => ({
      text: JSON.stringify({
        name,
        objective,
        goals: [{ metric: 'validationLoss', direction: 'minimize' }],
        space: { epochs: { fixed: 1 } },
        engine: 'cpu',
        stop: { trials: 1 },
      }),
      format: 'json' as const,
    })
    const table = (file: string, settings = {}) => ({
      task: 'tabular',
      data: { file, target: 'b', delimiter: ',', ...settings },
    })
    const outside = path.join(other, 'table.csv')
    const refused = [
      ...[outside, '../other/table.csv', '/etc/passwd'].map(file => table(file)),
      table('table.csv', { testFile: outside }),
      { task: 'image', data: { source: { folders: path.join(other, 'pictures') } } },
    ]
    try {
      for (const objective of refused) {
        const source = study(objective)
        for (const method of ['study.create', 'study.dryRun', 'study.network'] as const) {
          const parameters = { start: false, parameters: { epochs: 1 } }
          const call = api[method]({ ...source, ...parameters })
          await expect(call, method).rejects.toMatchObject({ code: 'file.notChosen' })
        }
        const { problems } = await api['study.checkData'](source)
        expect(problems).toMatchObject([{ rule: { code: 'error.file.notChosen' } }])
        expect(await api['objective.describe']({ objective })).toMatchObject({ dataRead: false })
      }
      expect(await api['study.checkData'](study(table('table.csv')))).toMatchObject({
        problems: [],
      })
      await api['file.choose']({ path: outside })
      expect(await api['study.checkData'](study(table(outside)))).toMatchObject({ problems: [] })
      const { studyId } = await api['study.create']({ ...study(table(outside)), start: false })
      expect(store.findStudy(String(studyId)).dataset?.contentHash).toMatch(/^[0-9a-f]{64}$/)
      // One that a bundle brought along without the content of its data.
      const { specification } = store.findStudy(String(studyId))
      const objective = table('/etc/passwd')
      const brought = store.createStudy({
        specification: { ...specification, name: 'two', objective },
        source: '',
        environment: store.findStudy(String(studyId)).environment,
        createdAtMs: 0,
      })
      await expect(api['study.start']({ studyId: brought.id })).rejects.toMatchObject({
        code: 'file.notChosen',
      })
    } finally {
      await close()
      store.close()
    }
  })

  it('are not limited in a window, which has dialogs', async () => {
    await withBackEnd('electron', async (_own, other, preview) => {
      expect(await preview(path.join(other, 'table.csv'))).toMatchObject({ rows: 1 })
    })
  })
})
