import { collectDiagnostics } from '../node/diagnostics.ts'
import type { ComputingName } from '../../../core/machine/engines/registry.ts'
import type { EngineCheck } from '../../../core/machine/engine-check.ts'
import { checkEngines } from '../../../engines/check-engines.ts'
import { type Force, requireFree, writeOutput } from '../../../platform/files/write-output.ts'
import { formatBytes } from '../../../core/i18n/format-number.ts'
import { agrees, isInteractive } from '../../command-line/ask-person.ts'
import { type AddCommands, withReader } from '../../command-line/context.ts'
import { readDevices } from './doctor.ts'

interface DiagnosticsOptions extends Force {
  readonly output?: string
  readonly yes?: true
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('diagnostics')
    .description(t('cli.help.diagnostics'))
    .option('-o, --output <file>', t('cli.help.diagnostics.output'))
    .option('--yes', t('cli.help.diagnostics.yes'))
    .option('--force', t('cli.help.force'))
    .run(async (context, { output, yes, force = false }: DiagnosticsOptions) => {
      requireFree(output, { force })
      const engines: Partial<Record<ComputingName, EngineCheck>> = {}
      await checkEngines((name, check) => {
        engines[name] = check
      })
      const { files, zip } = await collectDiagnostics({
        workspace: context.workspace,
        asker: 'cli',
        window: null,
        atMs: context.now(),
        studies: async () => withReader(context, reader => reader.listStudies()),
        devices: await readDevices(),
        engines,
      })
      for (const { name, text } of files) {
        context.printValues(`${name} (${formatBytes(text.length)})\n${text}`, { name, text })
      }
      if (output === undefined) return
      const asks = yes !== true && !context.json && isInteractive()
      if (asks && !(await agrees(t, t('cli.diagnosticsQuestion', { file: output })))) return
      const file = await writeOutput(output, Buffer.from(zip, 'base64'), force)
      context.printValues(t('cli.written', { file }), { written: file })
    })
}
