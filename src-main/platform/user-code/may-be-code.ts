import path from 'node:path'

/** Endings of what an interpreter, a shell or a system runs or loads. */
const codeEndings =
  /\.(?:py[wcdoi]?|ipynb|[cm]?[jt]s|sh|bash|zsh|ksh|fish|ps1|psm1|bat|cmd|com|exe|dll|so|dylib|node|wasm|rb|pl|pm|r|jl|lua|php|tcl|jar|class|go|rs|c|cc|cpp|cu|h|pth|service|desktop|mk|cmake)(?:\.\d+)*$/i

/** Whether a file may be run or loaded as code; what has no ending may. */
export function mayBeCode(file: string): boolean {
  return path.extname(file) === '' || codeEndings.test(file)
}
