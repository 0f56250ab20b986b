/** Whether a version is higher than another one. @param offered three numbers with dots between, as `present` */
export function isNewer(offered: string, present: string): boolean {
  const [a = [], b = []] = [offered, present].map(text => text.split('.').map(Number))
  const at = a.findIndex((part, index) => part !== b[index])
  return at >= 0 && (a[at] ?? 0) > (b[at] ?? 0)
}
