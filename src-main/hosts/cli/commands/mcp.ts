import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { AccessTokens } from '../../../features/access/node/access-tokens.ts'
import { createBackEnd } from '../../back-end/create-back-end.ts'
import type { Program } from '../../calls/answer-program.ts'
import type { Scope } from '../../../features/access/common/access.ts'
import { programMethods } from '../../../features/api/common/methods.ts'
import type { Api, Method } from '../../../features/api/common/methods.ts'
import { decodeWire, encodeWire } from '../../../core/processes/wire.ts'
import { AppError, deserializeError, type PlainError } from '../../../core/errors/errors.ts'
import { msg } from '../../../core/errors/message.ts'
import { tunewrightVersion } from '../../../platform/machine/environment.ts'
import { createMcpServer } from '../../mcp/mcp-server.ts'
import { apiPath } from '../../../features/api/node/openapi.ts'
import { readLink } from '../../web/link-file.ts'
import {
  type AddCommands,
  type CliContext,
  usageError,
  withStore,
} from '../../../features/command-line/context.ts'
import { onEnding } from '../../../features/command-line/ending-signals.ts'
import { requireVisibleName } from '../../../features/command-line/given-words.ts'
import { toScopes } from '../../../features/access/cli/command.ts'

interface McpOptions {
  readonly allow: readonly Scope[]
  readonly name: string
  readonly folder?: readonly string[]
}

export const addCommands: AddCommands = (program, t) => {
  program
    .command('mcp')
    .description(t('cli.help.mcp'))
    .option('--allow <rights>', t('cli.help.token.allow'), toScopes, ['read'])
    .option('--name <name>', t('cli.help.mcp.name'), 'assistant')
    .option('--folder <folder...>', t('cli.help.mcp.folder'))
    .run(async (context, options: McpOptions) => {
      requireVisibleName('--name', options.name)
      const link = readLink(context.workspace.linkFile)
      if (link === null) await serveDatabase(context, options)
      else await serveThrough(context, options, new URL(link).origin)
    })
}

/** No other process has the database: this one answers. */
async function serveDatabase(context: CliContext, options: McpOptions): Promise<void> {
  const folders = (options.folder ?? []).map(folder => path.resolve(folder))
  for (const folder of folders) {
    if (!existsSync(folder))
      throw new AppError('file.notFound', { path: folder, field: '--folder' })
  }
  const { workspace, now } = context
  await withStore(context, async store => {
    // An assistant that comes to read, and leaves again, starts nothing.
    const backEnd = createBackEnd({
      store,
      workspace,
      kind: 'web',
      now,
      takesUpHeld: false,
      startsQueued: options.allow.includes('start'),
    })
    try {
      const api = backEnd.apiFor({ name: options.name, via: 'mcp' }, { folders })
      await serve(context, { scopes: options.allow, api }, backEnd.log)
    } finally {
      await backEnd.close()
    }
  })
}

/** `tunewright serve` has the database: it answers, through a token that ends with this process. */
async function serveThrough(
  context: CliContext,
  { allow, name, folder }: McpOptions,
  origin: string,
): Promise<void> {
  // The process that serves decides which files are open.
  if (folder !== undefined) throw usageError('--folder', folder.join(' '), msg('rule.mcp.served'))
  const tokens = new AccessTokens(context.workspace.tokenFile)
  const made = tokens.create({ name, scopes: allow, atMs: context.now(), isOfProcess: true })
  try {
    await serve(context, { scopes: allow, api: remoteApi(origin, made.secret) })
  } finally {
    tokens.revoke(made.token.id)
  }
}

/** Until the assistant closes the input, or the process is told to end. */
async function serve(
  { t }: CliContext,
  program: Program,
  onBug?: (method: string, error: unknown) => void,
): Promise<void> {
  const version = tunewrightVersion()
  const served = serveStdio(() => createMcpServer({ version, program, t, ...(onBug && { onBug }) }))
  await new Promise<void>(resolve => {
    process.stdin.once('end', resolve)
    process.stdin.once('close', resolve)
    process.once('SIGINT', resolve)
    onEnding(resolve)
  })
  await served.close()
}

/** The methods of a process that serves this database. */
function remoteApi(origin: string, secret: string): Api {
  const ask = async (method: Method, request: unknown): Promise<unknown> => {
    const response = await fetch(`${origin}${apiPath}${method}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' },
      body: encodeWire(request),
    })
    const answer = decodeWire(await response.text())
    if (response.ok) return answer
    throw deserializeError((answer as { readonly error: PlainError }).error)
  }
  return Object.fromEntries(
    programMethods.map(method => [method, async (request: unknown) => ask(method, request)]),
  ) as unknown as Api
}
