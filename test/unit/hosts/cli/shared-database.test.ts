import { readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { afterEach, expect, it, vi } from 'vitest'
import { CliCommand, withStore } from '../../../../src-main/features/command-line/context.ts'
import { addCommands } from '../../../../src-main/features/studies/cli/command.ts'
import { createTranslate } from '../../../../src-main/core/i18n/translate.ts'
import { useScratchFolders } from '../../../helpers/scratch-folder.ts'

vi.mock('../../../../src-main/platform/storage/shared-file-systems.ts', () => ({
  isShared: () => true,
}))

const scratch = useScratchFolders()
const t = createTranslate('en')
afterEach(() => {
  vi.restoreAllMocks()
})

it('a database that other machines may meet at is told of, and has no write-ahead log', async () => {
  const output: unknown[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation(text => output.push(text) > 0)
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  const database = path.join(scratch(), 's.sqlite')
  const run = async (...words: string[]): Promise<void> => {
    const program = new CliCommand()
      .option('--db <file>')
      .option('--json')
      .option('--language <name>')
    addCommands(program, t)
    program.command('write').run(async context => {
      await withStore(context, async () => undefined)
    })
    const common = ['--db', database, '--language', 'en']
    await program.parseAsync([...common, ...words], { from: 'user' })
  }
  await run('write')
  await run('list')
  await run('--json', 'list')
  const notice = { event: 'notice', text: t('database.shared') }
  expect(output).toEqual([
    `${t('database.shared')}\n`,
    `${t('database.shared')}\n`,
    `${JSON.stringify(notice)}\n`,
  ])
  // 2 with a write-ahead log, 1 without (SQLite format, §1.3.3).
  expect([...readFileSync(database).subarray(18, 20)]).toEqual([1, 1])
})
