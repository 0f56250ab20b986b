import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createBackEnd } from '../../../src-main/back-end/create-back-end.ts'
import { tableFormatSchema } from '../../../src-main/contract/table-format.ts'
import { openStoreForWriting } from '../../../src-main/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/storage/workspace.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()

async function withBackEnd(
  kind: 'web' | 'electron',
  work: (own: string, other: string, preview: (file: string) => Promise<unknown>, choose: (file: string) => Promise<unknown>) => Promise<void>, // prettier-ignore
): Promise<void> {
  const folder = scratch()
  const [own, other] = [path.join(folder, 'own'), path.join(folder, 'other')]
  for (const one of [own, other]) {
    mkdirSync(one)
    writeFileSync(path.join(one, 'table.csv'), 'a,b\n1,2\n')
  }
  symlinkSync(path.join(other, 'table.csv'), path.join(own, 'link.csv'))
  const workspace = locateWorkspace(path.join(own, 'a.sqlite'))
  const store = openStoreForWriting(workspace.databasePath)
  const backEnd = createBackEnd({ store, workspace, kind, now: Date.now })
  try {
    const preview = async (file: string) =>
      backEnd.api['dataset.preview']({ file, ...tableFormatSchema.parse({}) })
    await work(own, other, preview, async file => backEnd.api['file.choose']({ path: file }))
  } finally {
    await backEnd.close()
    store.close()
  }
}

describe('files that a page names', () => {
  it('lie beside the database, or were typed', async () => {
    await withBackEnd('web', async (own, other, preview, choose) => {
      for (const file of ['table.csv', path.join(own, 'table.csv')]) {
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

  it('are not limited in a window, which has dialogs', async () => {
    await withBackEnd('electron', async (_own, other, preview) => {
      expect(await preview(path.join(other, 'table.csv'))).toMatchObject({ rows: 1 })
    })
  })
})
