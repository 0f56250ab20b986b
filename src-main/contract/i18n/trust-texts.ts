import type { UserCode } from '../user-code.ts'
import type { Language } from '../../i18n/language.ts'

/** What trusting code means, the same words in the terminal and on the page. */
export interface TrustTexts {
  readonly title: string
  readonly meaning: string
  readonly scope: string
  readonly noShellFiles: string
  readonly command: string
  readonly directory: string
  readonly variables: string
  readonly files: string
  readonly noFiles: string
  readonly confirm: string
  readonly refuse: string
}

const english: TrustTexts = {
  title: 'This study runs code of yours',
  meaning:
    'The code runs with all your rights: it can read, change and delete your files, start programs and use the network. Tunewright does not confine it. Trust it only if you wrote it or have read it.',
  scope:
    'Trust holds for exactly this command, this folder and this content of the files; after any change you are asked again. Files that the code itself loads are not covered, unless the study file names them under "files".',
  noShellFiles: 'The text goes to a shell; which files it runs cannot be told from it.',
  command: 'Command',
  directory: 'Folder',
  variables: 'Variables',
  files: 'Files',
  noFiles: 'none named in the command',
  confirm: 'Trust and run',
  refuse: 'Do not run',
}

const chinese: TrustTexts = {
  title: '此研究会运行您的代码',
  meaning:
    '代码以您的全部权限运行：它可以读取、修改和删除您的文件，启动程序并使用网络。Tunewright 不对其加以限制。只有当代码由您编写或已经读过时才应信任。',
  scope:
    '信任仅对此命令、此文件夹以及这些文件的当前内容有效；任何变化之后都会再次询问。代码自行加载的文件不在其内，除非研究文件在“files”中列出它们。',
  noShellFiles: '此文本交给 shell 执行，无法从中得知它会运行哪些文件。',
  command: '命令',
  directory: '文件夹',
  variables: '变量',
  files: '文件',
  noFiles: '命令中没有列出文件',
  confirm: '信任并运行',
  refuse: '不运行',
}

export const trustTexts: Readonly<Record<Language, TrustTexts>> = {
  en: english,
  'zh-CN': chinese,
}

/** The command line as a person reads it; JSON quotes where a word could be taken for several. */
export function commandText({ command, shell }: Pick<UserCode, 'command' | 'shell'>): string {
  if (shell) return command.join(' ')
  return command
    .map(word => (/^[\p{L}\p{N}_@%+=:,./{}-]+$/u.test(word) ? word : JSON.stringify(word)))
    .join(' ')
}
