import { type MessageDescriptor, verbatim } from '../../../core/errors/message.ts'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { MAX_TAGGED_CHARACTERS } from '../../../core/questions/report.ts'
import { AppError, reasonOf } from '../../../core/errors/errors.ts'
import { inTemporaryFolder } from '../../../platform/files/temporary.ts'
import { findBrowser } from './find-browser.ts'

/** Longer than any report takes; a browser that hangs is ended. */
const LONGEST_MS = 120_000

/**
 * A4 pages as the style sheet of the report asks for. The browser runs on a page of its own folder, with a profile of its own
 * and without a network.
 * @throws AppError `child.gone`, `browser.missing`, `file.notFound`
 */
export async function printPdf(html: string): Promise<Buffer> {
  const browser = findBrowser()
  return inTemporaryFolder('print', async folder => {
    const [source, target] = [path.join(folder, 'page.html'), path.join(folder, 'out.pdf')]
    await writeFile(source, html)
    const parameters = [
      '--headless=new',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-extensions',
      '--host-resolver-rules=MAP * ~NOTFOUND',
      `--user-data-dir=${path.join(folder, 'profile')}`,
      // Chromium refuses to run as root otherwise; the page is this program's own and runs no script.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--no-pdf-header-footer',
      ...(html.length > MAX_TAGGED_CHARACTERS ? ['--disable-pdf-tagging'] : []),
      `--print-to-pdf=${target}`,
      pathToFileURL(source).href,
    ]
    const errors = await run(browser, parameters)
    try {
      return await readFile(target)
    } catch (error) {
      const reason = verbatim(errors.slice(-500))
      throw new AppError('child.gone', { child: path.basename(browser), reason }, error)
    }
  })
}

async function run(browser: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const gone = (
      reason: MessageDescriptor,
      exitCode: number | null,
      signal: string | null,
    ): AppError =>
      new AppError('child.gone', { child: path.basename(browser), reason, exitCode, signal })
    let child: ChildProcessByStdio<null, null, Readable>
    try {
      // eslint-disable-next-line programs/program-paths -- the path of the browser that was found
      child = spawn(browser, parameters, {
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: LONGEST_MS,
        killSignal: 'SIGKILL',
        windowsHide: true,
      })
    } catch (error) {
      // What Node expects comes as an event; a file that is no program of this system does not.
      reject(gone(reasonOf(error), null, null))
      return
    }
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4_000)
    })
    child.on('error', error => {
      reject(gone(reasonOf(error), null, null))
    })
    child.on('close', (exitCode, signal) => {
      if (exitCode === 0) resolve(errors)
      else reject(gone(verbatim(errors.trim().slice(-500)), exitCode, signal))
    })
  })
}
