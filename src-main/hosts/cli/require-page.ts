import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { AppError } from '../../core/errors/errors.ts'

/** Where the page lies, or is built. */
export interface PageFolders {
  /** The package or checkout. */
  readonly project: string
  readonly renderer: string
}

/**
 * Sees to it that there is a page to serve. An installed package has one; a checkout right after `npm ci` builds it, once: that is what
 * `npm run build:page` does.
 * @param onBuild called before it is built, which takes some seconds
 * @throws AppError `page.notBuilt` if it is not there and cannot be built
 */
export async function requirePage(
  { project, renderer }: PageFolders,
  onBuild: () => void,
): Promise<void> {
  const page = path.join(renderer, 'index.html')
  if (existsSync(page)) return
  const tool = path.join(project, 'bin', 'tool.cjs')
  const isCheckout = existsSync(path.join(project, 'vite.config.ts')) && existsSync(tool)
  if (isCheckout) {
    onBuild()
    await build(tool, project)
  }
  if (!existsSync(page)) throw new AppError('page.notBuilt', { path: renderer })
}

async function build(tool: string, project: string): Promise<void> {
  const words = [tool, 'vite', 'build', '--logLevel', 'warn']
  const builder = spawn(process.execPath, words, {
    cwd: project,
    // What it says is of use only where the page is not there afterwards.
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await once(builder, 'close')
}
