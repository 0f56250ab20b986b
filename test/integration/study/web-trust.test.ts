import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BackEnd, createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import type { StudyStore } from '../../../src-main/platform/storage/study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { TrustStore } from '../../../src-main/platform/user-code/trust-store.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
let folder: string
let store: StudyStore
let backEnd: BackEnd

const text = JSON.stringify({
  name: 'program',
  objective: { command: ['sh', 'run.sh', '{x}'] },
  goals: [{ metric: 'y', direction: 'minimize' }],
  space: { x: { float: [0, 1] } },
  stop: { trials: 1 },
})
const source = { text, format: 'json' as const }
const untrusted = { code: 'userCode.untrusted' }

function open(kind: 'web' | 'electron'): void {
  const workspace = {
    ...locateWorkspace(path.join(folder, 'a.sqlite')),
    trustFile: path.join(folder, 'trusted.json'),
  }
  store = openStoreForWriting(workspace.databasePath)
  backEnd = createBackEnd({ store, workspace, kind, now: Date.now })
}

async function close(): Promise<void> {
  await backEnd.close()
  store.close()
}

beforeEach(() => {
  folder = scratch()
  writeFileSync(path.join(folder, 'run.sh'), 'echo \'{"y": 1}\'\n')
  open('web')
})

afterEach(close)

describe('code that is started over the web', () => {
  it('needs the yes of a person at the page, also where it was trusted before', async () => {
    const { api } = backEnd
    const code = await api['code.describe']({ source })
    expect(code?.texts).toEqual([
      { path: path.join(folder, 'run.sh'), text: 'echo \'{"y": 1}\'\n', leftOutBytes: 0 },
    ])
    if (code !== null) new TrustStore(path.join(folder, 'trusted.json')).trust(code, 1)
    await expect(api['study.dryRun'](source)).rejects.toMatchObject(untrusted)
    await expect(api['study.create']({ ...source, start: true })).rejects.toMatchObject(untrusted)
    await api['code.trust']({ source, fingerprint: code?.fingerprint ?? '' })
    const { studyId } = await api['study.create']({ ...source, start: false })

    // Another process asks anew, for every way to start.
    await close()
    open('web')
    const again = backEnd.api
    for (const start of [
      () => again['study.start']({ studyId }),
      () => again['study.repeat']({ studyId, count: 1 }),
      () => again['study.confirm']({ studyId, top: 2, trainings: 2 }),
      () => again['study.verify']({ studyId, retrain: 'best', tolerance: 0 }),
    ]) {
      await expect(start()).rejects.toMatchObject(untrusted)
    }
    const now = await again['code.describe']({ source: { studyId } })
    await again['code.trust']({ source: { studyId }, fingerprint: now?.fingerprint ?? '' })
    await expect(again['study.start']({ studyId })).resolves.toBeNull()
  })

  it('shows the beginning of a long file and how much is not shown', async () => {
    writeFileSync(path.join(folder, 'run.sh'), `# ${'x'.repeat(256 * 1024)}\ntouch end\n`)
    const code = await backEnd.api['code.describe']({ source })
    expect(code?.texts).toEqual([
      {
        path: path.join(folder, 'run.sh'),
        text: `# ${'x'.repeat(256 * 1024 - 2)}`,
        leftOutBytes: 13,
      },
    ])
  })

  it('is not asked for again in a window of the desktop', async () => {
    const code = await backEnd.api['code.describe']({ source })
    if (code !== null) new TrustStore(path.join(folder, 'trusted.json')).trust(code, 1)
    await close()
    open('electron')
    await expect(backEnd.api['study.create']({ ...source, start: false })).resolves.toMatchObject({
      studyId: 1,
    })
  })
})
