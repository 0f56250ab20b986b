import path from 'node:path'
import { getOrInsertComputed } from '../../../../core/values/get-or-insert-computed.ts'

/** Logs of a run that lie in its folder. */
export type PlainLogKind = 'tensorboard' | 'trainerState' | 'csv' | 'jsonLines' | 'json'

const logNames: readonly (readonly [PlainLogKind, RegExp])[] = [
  ['tensorboard', /tfevents/],
  ['trainerState', /^trainer_state\.json$/],
  ['csv', /^(?:metrics|results|history|progress)\.csv$|log[^/]*\.csv$/i],
  [
    'jsonLines',
    /(?:^|[._-])(?:metrics|logs?|history|results|progress|scalars|stats)[\w.-]*\.(?:jsonl|ndjson)$/i,
  ],
  ['json', /^(?:metrics|results|all_results|eval_results|test_results|scores)\.json$/i],
]
const configNames =
  /^(?:hparams|hyperparameters|hyp|args|arguments|opt|options|config|cfg|params|parameters|flags|settings|training_args)\.(?:ya?ml|json|toml)$/i

/** Folders within a run: its splits, its checkpoints, and where TensorBoard's writers put hyperparameters. */
const innerFolder =
  /^(?:train(?:ing)?|val(?:id(?:ation)?)?|test|eval(?:uation)?|dev|checkpoint-\d+|\d{9,}(?:\.\d+)?)$/i

/** `run2` stands before `run10`. */
const byNumber = new Intl.Collator('en', { numeric: true })

function logKind(file: string): PlainLogKind | null {
  const name = path.basename(file)
  return logNames.find(([, pattern]) => pattern.test(name))?.[0] ?? null
}

/** A folder that is taken for a run, with the files in it that count. */
export interface PlainRun {
  readonly root: string
  readonly logs: readonly { readonly file: string; readonly kind: PlainLogKind }[]
  /** Nearest to the root first. */
  readonly configs: readonly string[]
}

/**
 * Which folders are runs. A folder with `.hydra` or `.guild` is one, with all that lies in it. Otherwise the folder of a log is, without the
 * folders that runs have inside; a configuration further up belongs to it, unless the same kind of log lies in several folders below: then it is
 * shared, and each of them is a run.
 * @param files below the folder that is imported, which no other reader takes
 */
export function plainRuns(folder: string, files: readonly string[]): readonly PlainRun[] {
  const marked = new Set(
    files.flatMap(file => {
      const [, root] = /^(.*)[/\\]\.(?:hydra|guild)[/\\]/.exec(file) ?? []
      return root === undefined ? [] : [root]
    }),
  )
  const outermost = (file: string): string | null =>
    ancestors(path.dirname(file), folder).findLast(ancestor => marked.has(ancestor)) ?? null
  const configs = files.filter(
    file => configNames.test(path.basename(file)) && outermost(file) === null,
  )
  const configFolders = new Set(configs.map(file => path.dirname(file)))
  const logs = files.flatMap(file => {
    const kind = logKind(file)
    // What these tools keep of a run is no log of it.
    if (kind === null || /[/\\]\.(?:hydra|guild)[/\\]/.test(file)) return []
    return [{ file, kind, own: ownFolder(file, folder) }]
  })
  const shared = sharedFolders(logs, configFolders, folder)
  const roots = new Map<string, { file: string; kind: PlainLogKind }[]>()
  for (const root of marked) if (outermost(path.join(root, '.hydra')) === root) roots.set(root, [])
  for (const { file, kind, own: runFolder } of logs) {
    const above = ancestors(runFolder, folder).find(
      ancestor => configFolders.has(ancestor) && !shared.has(ancestor),
    )
    const root = outermost(file) ?? above ?? runFolder
    getOrInsertComputed(roots, root, () => []).push({ file, kind })
  }
  const sorted = [...roots].sort(([a], [b]) => byNumber.compare(a, b))
  return sorted.map(([root, ownLogs]) => ({
    root,
    logs: ownLogs,
    configs: marked.has(root)
      ? files.filter(file => isMarkedConfig(file, root))
      : configs.filter(file => path.dirname(file) === root),
  }))
}

function isMarkedConfig(file: string, root: string): boolean {
  const name = path.relative(root, file).split(path.sep).join('/')
  return ['.hydra/config.yaml', '.hydra/overrides.yaml', '.guild/attrs/flags'].includes(name)
}

/** From a folder up to the one that is imported. */
function ancestors(from: string, folder: string): readonly string[] {
  const all: string[] = []
  for (let at = from; ; at = path.dirname(at)) {
    all.push(at)
    if (at === folder || at === path.dirname(at)) return all
  }
}

function ownFolder(file: string, folder: string): string {
  let runFolder = path.dirname(file)
  while (runFolder !== folder && innerFolder.test(path.basename(runFolder)))
    runFolder = path.dirname(runFolder)
  return runFolder
}

/** Folders with a configuration below which the same kind of log lies in several folders: the configuration is of all these runs. */
function sharedFolders(
  logs: readonly { readonly kind: PlainLogKind; readonly own: string }[],
  configFolders: ReadonlySet<string>,
  folder: string,
): ReadonlySet<string> {
  const branches = new Map<string, Set<string>>()
  const direct = new Set<string>()
  for (const { kind, own: runFolder } of logs) {
    for (const ancestor of ancestors(runFolder, folder)) {
      if (!configFolders.has(ancestor)) continue
      if (ancestor === runFolder) direct.add(ancestor)
      else getOrInsertComputed(branches, `${ancestor}\n${kind}`, () => new Set()).add(runFolder)
    }
  }
  const shared = new Set<string>()
  for (const [key, owns] of branches) {
    const ancestor = key.slice(0, key.lastIndexOf('\n'))
    if (owns.size > 1 && !direct.has(ancestor)) shared.add(ancestor)
  }
  return shared
}
