import process from 'node:process'
import { Command, CommanderError, Option } from 'commander'
import { addCheckpointCommands } from './cli/commands/checkpoints.ts'
import { addPauseCommands } from './cli/commands/pause.ts'
import { addCheckCommand } from './cli/commands/check.ts'
import { addDataCommand } from './cli/commands/data.ts'
import { addDoctorCommand } from './cli/commands/doctor.ts'
import { addEngineCommands } from './cli/commands/engine.ts'
import { addImportCommand } from './cli/commands/import.ts'
import { addLogsCommand } from './cli/commands/logs.ts'
import { addModelCommands } from './cli/commands/model.ts'
import { addOpenCommand } from './cli/commands/open.ts'
import { addOutputCommands } from './cli/commands/output-files.ts'
import { addQuickstartCommand } from './cli/commands/quickstart.ts'
import { addRunCommands } from './cli/commands/run.ts'
import { addServeCommand } from './cli/commands/serve.ts'
import { addStudyCommands } from './cli/commands/studies.ts'
import { addSuggestCommand } from './cli/commands/suggest.ts'
import { addTrustCommand } from './cli/commands/trust.ts'
import { addVerifyCommand } from './cli/commands/verify.ts'
import { addWhatIfCommand } from './cli/commands/what-if.ts'
import { languages } from './contract/i18n/language.ts'
import { tolerateClosedOutput } from './cli/closed-output.ts'
import { printError } from './cli/print-error.ts'
import { exitCodeOfError, exitCodes } from './cli/exit-codes.ts'
import { tunewrightVersion } from './services/environment.ts'

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

addRunCommands(program)
addCheckCommand(program)
addDataCommand(program)
addTrustCommand(program)
addStudyCommands(program)
addLogsCommand(program)
addCheckpointCommands(program)
addPauseCommands(program)
addOutputCommands(program)
addImportCommand(program)
addModelCommands(program)
addVerifyCommand(program)
addWhatIfCommand(program)
addDoctorCommand(program)
addEngineCommands(program)
addSuggestCommand(program)
addQuickstartCommand(program)
addOpenCommand(program)
addServeCommand(program)

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
