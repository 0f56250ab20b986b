import { execFileSync, spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/**
 * `npm run test:quick [-- REVISION]`: the unit tests of what differs from a Git revision (default HEAD), by their paths.
 * Exit code: that of Vitest; 0 where no test belongs to a change.
 */

const repository = path.dirname(import.meta.dirname)

/**
 * Tests that belong to files by their path: a test itself, `<module>.test.ts` and `<module>.<topic>.test.ts` of a module, and the test
 * that a folder has by its name for all its modules.
 * @param files paths in the repository, `/` between folders
 * @param tests paths of every unit test
 */
export function testsOfFiles(files: readonly string[], tests: readonly string[]): string[] {
  const stems = files.flatMap(file => {
    const module = file.replace(/\.\w+$/, '').replace(/^src-main\//, '')
    const named = module.replace(/^src-renderer\//, 'renderer/')
    const folder = path.posix.dirname(named)
    return [named, path.posix.join(folder, path.posix.basename(folder))].map(
      stem => `test/unit/${stem}.`,
    )
  })
  return tests.filter(test => files.includes(test) || stems.some(stem => test.startsWith(stem)))
}

function changedFiles(revision: string): string[] {
  const git = (...words: string[]): string[] =>
    execFileSync('git', words, { cwd: repository, encoding: 'utf8' }).split('\n').filter(Boolean)
  return [
    ...git('diff', '--name-only', revision),
    ...git('ls-files', '--others', '--exclude-standard'),
  ]
}

if (import.meta.main) {
  const files = changedFiles(process.argv[2] ?? 'HEAD')
  const tests = globSync('test/unit/**/*.test.ts', { cwd: repository }).map(file =>
    file.split(path.sep).join('/'),
  )
  const chosen = testsOfFiles(files, tests)
  if (chosen.length === 0) {
    console.log(`No unit test lies at the path of the ${files.length} files that changed.`)
  } else {
    const words = [path.join(repository, 'bin/tool.cjs'), 'vitest', 'run', ...chosen]
    const { status } = spawnSync(process.execPath, words, { cwd: repository, stdio: 'inherit' })
    process.exitCode = status ?? 1
  }
}
