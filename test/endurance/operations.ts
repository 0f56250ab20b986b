import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Language } from '../../src-main/core/i18n/language.ts'

/** Studies of the project that operations work on. */
export const studyIds = { training: 1, files: 2 } as const

/** A command that writes, which is killed at one of its writes. */
export interface Operation {
  readonly name: string
  readonly words: readonly string[]
  /** How it is called once more, if not as before: what lies there gives way. */
  readonly again?: readonly string[]
  /** Readies a copy of the project: an earlier version of what is written, say. */
  readonly prepare?: (folder: string) => void
  /** The exit code of another call where the first one had done its work: it refuses what stands there. Default 0. */
  readonly codeIfDone?: number
  /** Folders that appear as a whole. */
  readonly wholeFolders?: readonly string[]
  /** Whether studies of the database give way to those of a backup, and the database becomes one. */
  readonly restores?: true
}

const DAY_MS = 86_400_000
/** A bundle of the training beside the database. */
export const bundleFile = 'sent.tunewright'
/** A backup of the database before its second study was there. */
export const earlierBackup = 'daily-2020-01-01T00-00-00-000Z.sqlite'
export const earlierText = 'an earlier version\n'

const languages: readonly Language[] = ['en', 'zh-CN']

function overEarlier(name: string): (folder: string) => void {
  return folder => writeFileSync(path.join(folder, name), earlierText)
}

function forced(words: readonly string[]): Pick<Operation, 'words' | 'again'> {
  return { words, again: [...words, '--force'] }
}

/** An automatic backup is due, and the one that is there goes. */
function ageBackup(folder: string): void {
  const then = new Date(Date.now() - 2 * DAY_MS)
  utimesSync(path.join(folder, 's-backups', earlierBackup), then, then)
  writeFileSync(
    path.join(folder, 's-backups/settings.json'),
    JSON.stringify({ keep: 1, everyHours: 1 }),
  )
}

const reportEndings = ['html', 'md', 'json', 'svg']

/** By kind; those of one kind take turns. */
export const operations: Readonly<Record<string, readonly Operation[]>> = {
  report: [
    ...reportEndings.flatMap((ending, index): Operation[] => {
      const file = ending === 'svg' ? 'r.zip' : `r.${ending}`
      const language = languages[index % languages.length] as Language
      const words = [
        '--language',
        language,
        'report',
        String(studyIds.training),
        '-o',
        file,
        ...(ending === 'svg' ? ['--format', 'svg'] : []),
      ]
      return [{ name: `report as ${ending}`, ...forced(words) }]
    }),
    { name: 'report at its usual path', words: ['report', String(studyIds.files)] },
    {
      name: 'report over an earlier one',
      words: ['report', String(studyIds.files), '-o', 'r.html', '--force'],
      prepare: overEarlier('r.html'),
    },
  ],
  export: [
    ...['t.csv', 't.parquet', 't.json', 't.html'].map(file => ({
      name: `export to ${file}`,
      ...forced(['export', String(studyIds.training), `out/${file}`]),
    })),
    {
      name: 'export over an earlier one',
      words: ['export', String(studyIds.training), 't.csv', '--force'],
      prepare: overEarlier('t.csv'),
    },
    {
      name: 'export for Optuna',
      words: ['export', String(studyIds.files), 'o.sqlite', '--format', 'optuna'],
      codeIfDone: 2,
      wholeFolders: ['o-artifacts/'],
    },
    {
      name: 'export for TensorBoard',
      words: ['export', String(studyIds.training), 'runs', '--format', 'tensorboard'],
      codeIfDone: 2,
      wholeFolders: ['runs/'],
    },
  ],
  bundle: [
    {
      name: 'bundle of a training',
      ...forced(['bundle', String(studyIds.training), '-o', 'b.tunewright']),
    },
    {
      name: 'bundle of files',
      ...forced(['bundle', String(studyIds.files), '-o', 'out/b.tunewright']),
    },
    {
      name: 'bundle over an earlier one',
      words: ['bundle', String(studyIds.files), '-o', 'b.tunewright', '--force'],
      prepare: overEarlier('b.tunewright'),
    },
  ],
  import: [
    {
      name: 'import of a bundle',
      words: ['import', bundleFile, '--name', 'taken over'],
      codeIfDone: 2,
    },
  ],
  model: [
    {
      name: 'model with ONNX',
      words: ['model', String(studyIds.training), 'm', '--onnx'],
      codeIfDone: 2,
      wholeFolders: ['m/'],
    },
    {
      name: 'model into an empty folder',
      words: ['model', String(studyIds.training), 'm'],
      codeIfDone: 2,
      wholeFolders: ['m/'],
      prepare: folder => mkdirSync(path.join(folder, 'm')),
    },
    {
      name: 'model of several trials',
      words: ['model', String(studyIds.training), 'out/m', '--ensemble', 'average'],
      codeIfDone: 2,
      wholeFolders: ['out/m/'],
    },
  ],
  backup: [
    {
      name: 'backup that is due',
      // It writes nothing of its own: the point that goes back is none.
      words: ['baseline', String(studyIds.training), '--clear'],
      prepare: ageBackup,
    },
  ],
  restore: [
    {
      name: 'restored backup',
      words: ['backups', '--restore', earlierBackup],
      restores: true,
    },
  ],
}

/** Leftovers of a killed process in the folder for temporary files go a day later: a day has passed. */
export function ageTemporaryFolders(folder: string): void {
  const then = new Date(Date.now() - 2 * DAY_MS)
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), then, then)
}
