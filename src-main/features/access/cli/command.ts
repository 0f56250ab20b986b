import { type Scope, scopes } from '../common/access.ts'
import { AccessTokens } from '../node/access-tokens.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import { describeApi } from '../../api/node/openapi.ts'
import { type AddCommands, type CliContext } from '../../command-line/context.ts'
import { requireVisibleName, someOf } from '../../command-line/given-words.ts'
import { addList, addRemoval, listGroup, localMinute } from '../../command-line/list-commands.ts'

interface AllowOption {
  readonly allow: readonly Scope[]
}

export const addCommands: AddCommands = (program, t) => {
  const command = listGroup(program, 'token', t('cli.help.token'))
  addList(command, {
    description: t('cli.help.token.list'),
    entries: context => tokensOf(context).list(),
    head: ['UTC', t('access.rights'), t('studies.name')],
    cells: ({ name, scopes: rights, createdAtMs }) => [
      localMinute(createdAtMs),
      rights.join(','),
      name,
    ],
    none: t('cli.noTokens'),
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
  addRemoval(command, {
    command: 'revoke',
    description: t('cli.help.token.revoke'),
    argument: ['<name>', t('cli.help.token.which')],
    remove: (context, which) => {
      const token = tokensOf(context).revoke(which)
      return [t('cli.tokenRevoked', { name: token.name }), { revoked: token.id }]
    },
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
