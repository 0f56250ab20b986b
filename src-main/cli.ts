import process from 'node:process'
import { Command, CommanderError, Option } from 'commander'
import { languages } from './i18n/language.ts'
import { tolerateClosedOutput } from './cli/closed-output.ts'
import { neededGroups } from './cli/command-groups.ts'
import { printError } from './cli/print-error.ts'
import { exitCodeOfError, exitCodes } from './cli/exit-codes.ts'
import { tunewrightVersion } from './machine/environment.ts'

tolerateClosedOutput()

/** The command line: composition root of `tunewright`. */
const program = new Command('tunewright')
  .description('Tunes hyperparameters and small architectures on this machine, offline.')
  .version(tunewrightVersion())
  .option('--db <file>', "database file (default: the user's own)")
  .option('--json', 'machine-readable output, one JSON object a line')
  .addOption(
    new Option('--language <tag>', 'language of texts (default: from the locale)').choices(
      languages,
    ),
  )
  .exitOverride()
  .configureOutput({
    outputError: (text, write) => {
      const asksForJson = process.argv.includes('--json')
      const error = { code: 'usage.invalid', message: text.trim().replace(/^error: /, '') }
      write(asksForJson ? `${JSON.stringify({ error })}\n` : text)
    },
  })

for (const group of neededGroups(process.argv.slice(2), program.options)) {
  const add = await group.load()
  add(program)
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
  } else {
    printError(program, error)
    process.exitCode = exitCodeOfError(error)
  }
}
