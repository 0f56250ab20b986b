import path from 'node:path'
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
import { addList, addRemoval, listGroup, noteFailure } from '../../command-line/list-commands.ts'

interface AddOptions {
  readonly host?: string
  readonly workspace?: string
  readonly config?: string
}

export const addCommands: AddCommands = (program, t) => {
  const command = listGroup(program, 'machine', t('cli.help.machine'))
  addList(command, {
    description: t('cli.help.machine.list'),
    entries: context => machinesOf(context).list(),
    head: [t('remote.name'), t('remote.host'), t('remote.workspace')],
    cells: ({ name, host, workspace }) => [name, host, workspace],
    none: t('remote.none'),
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
      noteFailure(reports.some(({ failure }) => failure !== null))
    })
  addRemoval(command, {
    description: t('cli.help.machine.remove'),
    argument: ['<name>', t('cli.help.machine.name')],
    remove: (context, name) => {
      machinesOf(context).remove(name)
      return [t('cli.machineRemoved', { name }), { removed: name }]
    },
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
