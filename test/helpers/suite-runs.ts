import { globSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { nameOfFolder } from './kind-folders.ts'

/** Options of the shared suite by registered name: what `<folder of the name>/suite-runs.ts` exports. */
export async function readSuiteRuns<Options>(
  directory: string,
): Promise<ReadonlyMap<string, readonly Options[]>> {
  const files = globSync('*/suite-runs.ts', { cwd: directory }).sort()
  const entries = files.map(async (file): Promise<[string, readonly Options[]]> => {
    const { href } = pathToFileURL(path.join(directory, file))
    const { suiteRuns } = (await import(href)) as { readonly suiteRuns: readonly Options[] }
    return [nameOfFolder(path.dirname(file)), suiteRuns]
  })
  return new Map(await Promise.all(entries))
}
