import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { openArchive } from '../../../src-main/platform/files/archive.ts'
import { openStudyStore } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'
import { buffer } from 'node:stream/consumers'

const scratch = useScratchFolders()

afterEach(() => {
  vi.unstubAllEnvs()
})

/** None of them may be found, wherever they are planted. */
const secrets = [
  'Tumour of Mrs Smith',
  'secretRate',
  'hiddenLayerChoice',
  'salaries.csv',
  '0.73125',
  'tunewright_0123456789abcdefghijkl',
  'correct horse battery',
  'note about a client',
  'customer-tag',
  '4711',
]

it('hold nothing of a person, wherever it lies', async () => {
  const folder = path.join(scratch(), 'home of somebody')
  mkdirSync(folder)
  vi.stubEnv('TUNEWRIGHT_TRUST', path.join(folder, 'trusted.json'))
  const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
  const store = openStudyStore(workspace.databasePath)
  const logPath = path.join(folder, 'main.log')
  const window = { electron: '45.4.1', isPackaged: true, logPath }
  const backEnd = createBackEnd({ store, workspace, kind: 'electron', window, now: () => 0 })
  const { api } = backEnd
  try {
    const text = `{ name: Tumour of Mrs Smith, objective: { command: [python3, salaries.csv, --token, correct horse battery] },
      goals: [{ metric: customerLoss, direction: minimize }], stop: { trials: 4711 },
      space: { secretRate: { float: [0.73125, 1] }, units: { choice: [hiddenLayerChoice, other] } } }`
    const source = { text, format: 'yaml' as const }
    const code = await api['code.describe']({ source })
    await api['code.trust']({ source, fingerprint: code?.fingerprint ?? '' })
    const { studyId } = await api['study.create']({ ...source, start: false })
    const labels = { tags: ['customer-tag'], note: 'note about a client' }
    await api['study.label']({ studyId, labels })
    const bug = new TypeError(`no ${secrets.join(', ')} in ${folder}`)
    backEnd.log('study.create', bug)
    for (const secret of secrets) {
      const line = `2026-11-28T10:00:00.000Z study 1: file.notFound {"path":"${folder}/${secret}","code":"${secret}"}`
      appendFileSync(
        workspace.logPath,
        `${line}\n${secret}\n    at ${secret} (${folder}/${secret}.mjs:1:2)\n`,
      )
    }
    writeFileSync(logPath, `2026-11-28T10:00:00.000Z page gone: ${secrets.join(' ')}\n`)

    const { files, fileName, zip: base64 } = await api['app.diagnostics']({})
    expect(fileName).toBe('tunewright-diagnostics-1970-01-01.zip')
    const zip = path.join(scratch(), fileName)
    writeFileSync(zip, Buffer.from(base64, 'base64'))
    const opened = await openArchive(zip, { maxEntries: 20, fileError: error => error })
    const inside = await Promise.all(
      opened.entries.map(async ({ name, read }) => ({
        name,
        text: (await read(buffer)).toString(),
      })),
    )
    opened.close()
    // What a person has read is what the file holds.
    expect(inside).toEqual(files)
    const textsByName = Object.fromEntries(files.map(({ name, text }) => [name, text]))
    const whole = JSON.stringify([textsByName, base64])
    const all = [
      ...secrets,
      'customerLoss',
      'home of somebody',
      folder,
      process.env['HOME'] ?? '/home',
    ]
    expect(all.filter(secret => whole.includes(secret))).toEqual([])

    expect(JSON.parse(textsByName['studies.json'] ?? '')).toMatchObject({
      studies: [
        { id: 1, objective: 'command', sampler: 'auto', parameters: 2, trials: { complete: 0 } },
      ],
    })
    expect(JSON.parse(textsByName['versions.json'] ?? '')).toMatchObject({
      electron: '45.4.1',
      packaged: true,
    })
    expect(textsByName['log.txt']).toMatch(/^\S+Z study\.create TypeError …\n {4}at …\n/)
    expect(textsByName['log.txt']).toContain('(node_modules/vitest')
    expect(textsByName['log.txt']).toContain(
      '2026-11-28T10:00:00.000Z study 1 file.notFound …\n…\n    at …',
    )
    expect(textsByName['window-log.txt']).toContain('page gone …')
  } finally {
    await backEnd.close()
    store.close()
  }
}, 60_000)
