import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, it, vi } from 'vitest'
import { listFiles } from '../../../src-main/analysis/summary/list-files.ts'
import { msg } from '../../../src-main/core/errors/message.ts'
import { createBackEnd } from '../../../src-main/hosts/back-end/create-back-end.ts'
import { openStoreForWriting } from '../../../src-main/platform/storage/sqlite-study-store.ts'
import { locateWorkspace } from '../../../src-main/platform/storage/workspace.ts'
import { findPeer } from '../../helpers/python-peer.ts'
import { runTunewright } from '../../helpers/run-tunewright.ts'
import { useScratchFolders } from '../../helpers/scratch-folder.ts'

const scratch = useScratchFolders()
const python = findPeer('TUNEWRIGHT_PEERS_PYTHON')
const program = path.join(import.meta.dirname, '../../fixtures/optuna/artifacts.py')

it.skipIf(python === null)(
  'files that a program of Optuna uploads are shown, and say so where they are missing',
  { timeout: 120_000 },
  async () => {
    const folder = scratch()
    const workspace = locateWorkspace(path.join(folder, 'studies.sqlite'))
    const store = openStoreForWriting(workspace.databasePath)
    const backEnd = createBackEnd({ store, workspace, kind: 'web', now: Date.now })
    const artifacts = path.join(folder, 'artifacts')
    mkdirSync(artifacts)
    const port = await backEnd.openOptuna({ port: 0, failAfterMs: null, artifacts })
    const words = ['-W', 'ignore', program, String(port), artifacts]
    await promisify(execFile)(python ?? '', words, { cwd: folder })
    const files = () => listFiles(store.artifacts(1))
    await vi.waitUntil(() => files().length >= 4, { timeout: 30_000 })
    expect(files().map(({ trialNumber, media }) => [trialNumber, media.type])).toEqual(
      [0, 0, 1, 2].map(number => [number, 'text']),
    )
    const [first] = files()
    expect(readFileSync(first?.path ?? '', 'utf8')).toBe('words of 0')
    expect(store.remarks(1).get(1)?.leftOut).toMatchObject([{ name: expect.any(String) as string }])
    expect(store.remarks(1).get(2)?.leftOut).toMatchObject([
      { reason: msg('rule.artifacts.noFile') },
    ])
    expect(store.remarks(1).has(0)).toBe(false)
    await backEnd.close()
    store.close()
    // And back: a file and a folder, which Optuna reads.
    const out = path.join(folder, 'new/out.sqlite')
    const exported = ['--db', workspace.databasePath, 'export', 'drawn', '--format', 'optuna', out]
    expect((await runTunewright(exported, folder)).exitCode).toBe(0)
    const names = readdirSync(path.dirname(out))
    expect(names.toSorted()).toEqual(['out-artifacts', 'out.sqlite'])
    // A name that is taken leaves no folder behind.
    writeFileSync(path.join(folder, 'new/taken.sqlite'), '')
    const exportWords = exported.with(-1, path.join(folder, 'new/taken.sqlite'))
    expect((await runTunewright(exportWords, folder)).exitCode).not.toBe(0)
    expect(existsSync(path.join(folder, 'new/taken-artifacts'))).toBe(false)
    const read = ['-W', 'ignore', path.join(path.dirname(program), 'read_artifacts.py'), out]
    const { stdout } = await promisify(execFile)(python ?? '', read, { cwd: folder })
    expect(JSON.parse(stdout)).toEqual(
      [0, 0, 1, 2].map(number => [number, 'text/plain', `words of ${number}`]),
    )
  },
)
