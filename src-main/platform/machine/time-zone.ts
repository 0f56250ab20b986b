/** Where the machine is, as `Europe/Berlin`: times of terminals and reports are told in it, as those of the page are. */
export function machineTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
