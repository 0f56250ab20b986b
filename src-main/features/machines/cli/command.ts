import path from 'node:path'
import process from 'node:process'
import {
  type Machine,
  machineSchema,
  type MachineReport,
  reportMessage,
} from '../../../core/machine/machines.ts'
import { msg } from '../../../core/errors/message.ts'
import { checkMachine } from '../../../platform/ssh/check-machine.ts'
import { MachineFile } from '../../../platform/ssh/machine-file.ts'
import { type AddCommands, type CliContext, usageError } from '../../command-line/context.ts'
import { exitCodes } from '../../command-line/exit-codes.ts'
import { formatTable } from '../../command-line/table.ts'

interface AddOptions {
  readonly host?: string
  readonly workspace?: string
  readonly config?: string
}

export const addCommands: AddCommands = (program, t) => {
  const command = program.command('machine').description(t('cli.help.machine')).helpCommand(false)
  command
    .command('list')
    .description(t('cli.help.machine.list'))
    .run(context => {
      const machines = machinesOf(context).list()
      const head = [t('remote.name'), t('remote.host'), t('remote.workspace')]
      const rows = machines.map(({ name, host, workspace }) => [name, host, workspace])
      context.printValues(
        rows.length === 0 ? t('remote.none') : formatTable(head, rows),
        ...machines,
      )
    })
  command
    .command('add')
    .description(t('cli.help.machine.add'))
    .argument('<name>', t('cli.help.machine.name'))
    .option('--host <destination>', t('cli.help.machine.host'))
    .option('--workspace <folder>', t('cli.help.machine.workspace'))
    .option('--config <file>', t('cli.help.machine.config'))
    .run((context, name: string, options: AddOptions) => {
      const { shape } = machineSchema
      const { host = name, workspace, config: configuration } = options
      if (!shape.name.safeParse(name).success)
        throw usageError('name', name, msg('rule.machine.name'))
      if (!shape.host.safeParse(host).success)
        throw usageError('--host', host, msg('rule.machine.host'))
      if (!shape.workspace.safeParse(workspace).success)
        throw usageError('--workspace', workspace ?? '', msg('rule.machine.workspace'))
      machinesOf(context).add({
        name,
        host,
        ...(workspace === undefined ? {} : { workspace }),
        ...(configuration === undefined ? {} : { configuration: path.resolve(configuration) }),
      })
      context.printValues(t('cli.machineAdded', { name }), { added: name })
    })
  command
    .command('check')
    .description(t('cli.help.machine.check'))
    .argument('[name]', t('cli.help.machine.checkName'))
    .run(async (context, name?: string) => {
      const file = machinesOf(context)
      const machines = name === undefined ? file.list() : [file.find(name)]
      const reports = await Promise.all(machines.map(checkMachine))
      machines.forEach((machine, index) =>
        printReport(context, machine, reports[index] as MachineReport),
      )
      if (reports.some(({ failure }) => failure !== null)) process.exitCode = exitCodes.badInput
    })
  command
    .command('remove')
    .description(t('cli.help.machine.remove'))
    .argument('<name>', t('cli.help.machine.name'))
    .run((context, name: string) => {
      machinesOf(context).remove(name)
      context.printValues(t('cli.machineRemoved', { name }), { removed: name })
    })
}

function printReport(context: CliContext, { name }: Machine, report: MachineReport): void {
  if (context.json) context.printJson({ name, ...report })
  else
    context.print(context.t('list.named', { name, value: context.t.format(reportMessage(report)) }))
}

function machinesOf({ workspace }: CliContext): MachineFile {
  return new MachineFile(workspace.machineFile)
}
