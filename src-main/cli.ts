import process from 'node:process'
import { CommanderError, Option } from 'commander'
import { languages } from './core/i18n/language.ts'
import { createTranslate } from './core/i18n/translate.ts'
import { usageText, wordHelp } from './hosts/cli/commander-words.ts'
import { CliCommand, languageOfWords } from './features/command-line/context.ts'
import { tolerateClosedOutput } from './features/command-line/closed-output.ts'
import { neededGroups } from './hosts/cli/command-groups.ts'
import { printError } from './features/command-line/print-error.ts'
import { exitCodeOfError, exitCodes } from './features/command-line/exit-codes.ts'
import { makeFilesPrivate } from './platform/files/private-umask.ts'
import { tunewrightVersion } from './platform/machine/environment.ts'

makeFilesPrivate()
tolerateClosedOutput()

const words = process.argv.slice(2)
const t = createTranslate(languageOfWords(words))

/** The command line: composition root of `tunewright`. */
const program = new CliCommand('tunewright')
  .description(t('cli.help.program'))
  .version(tunewrightVersion(), '-V, --version', t('cli.help.version'))
  .option('--db <file>', t('cli.help.db'))
  .option('--json', t('cli.help.json'))
  .addOption(new Option('--language <tag>', t('cli.help.language')).choices(languages))
  .exitOverride()
  // Mistakes are told below, in the language of the texts.
  .configureOutput({ outputError: () => undefined })
  .helpCommand(false)

for (const group of neededGroups(words, program.options)) {
  const { addCommands } = await group.load()
  addCommands(program, t)
}
wordHelp(program, t)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.badInput
    if (error.exitCode !== 0 && error.code !== 'commander.help') {
      const message = usageText(error, t)
      const errorJson = { error: { code: 'usage.invalid', message } }
      process.stderr.write(
        words.includes('--json') ? `${JSON.stringify(errorJson)}\n` : `${message}\n`,
      )
    }
  } else {
    printError(program, error)
    process.exitCode = exitCodeOfError(error)
  }
}
