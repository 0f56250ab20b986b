import { type Scope, scopes } from '../common/access.ts'
import { AccessTokens } from '../node/access-tokens.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import { describeApi } from '../../api/node/openapi.ts'
import { type AddCommands, type CliContext } from '../../command-line/context.ts'
import { requireVisibleName, someOf } from '../../command-line/given-words.ts'
import { formatTable } from '../../command-line/table.ts'

interface AllowOption {
  readonly allow: readonly Scope[]
}

export const addCommands: AddCommands = (program, t) => {
  const command = program.command('token').description(t('cli.help.token')).helpCommand(false)
  command
    .command('list')
    .description(t('cli.help.token.list'))
    .run(context => {
      const tokens = tokensOf(context).list()
      const head = ['UTC', t('access.rights'), t('studies.name')]
      const rows = tokens.map(({ name, scopes: rights, createdAtMs }) => [
        new Date(createdAtMs).toISOString().slice(0, 16).replace('T', ' '),
        rights.join(','),
        name,
      ])
      context.printValues(
        rows.length === 0 ? t('cli.noTokens') : formatTable(head, rows),
        ...tokens,
      )
    })
  command
    .command('create')
    .description(t('cli.help.token.create'))
    .argument('<name>', t('cli.help.token.name'))
    .option('--allow <rights>', t('cli.help.token.allow'), toScopes, ['read'])
    .run((context, name: string, { allow }: AllowOption) => {
      requireVisibleName('name', name)
      const made = tokensOf(context).create({ name, scopes: allow, atMs: context.now() })
      context.printValues(t('cli.tokenMade', { name, secret: made.secret }), {
        ...made.token,
        secret: made.secret,
      })
    })
  command
    .command('revoke')
    .description(t('cli.help.token.revoke'))
    .argument('<name>', t('cli.help.token.which'))
    .run((context, which: string) => {
      const token = tokensOf(context).revoke(which)
      context.printValues(t('cli.tokenRevoked', { name: token.name }), { revoked: token.id })
    })
  program
    .command('api')
    .description(t('cli.help.api'))
    .run(context => {
      context.print(JSON.stringify(describeApi(tunewrightVersion(), t), null, 2))
    })
}

/** Rights of a command line, in their order. @throws AppError `usage.invalid` */
export function toScopes(text: string): readonly Scope[] {
  return someOf('--allow', text, scopes)
}

function tokensOf({ workspace }: CliContext): AccessTokens {
  return new AccessTokens(workspace.tokenFile)
}
