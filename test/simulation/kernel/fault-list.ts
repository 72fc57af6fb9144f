/** The faults of one run, each by a name that is the same in every run of its seed; those in `spared` do not strike. */
export class FaultList {
  readonly struck: string[] = []

  constructor(private readonly spared: ReadonlySet<string>) {}

  /** Whether a fault that was drawn strikes. */
  strikes(name: string): boolean {
    if (this.spared.has(name)) return false
    this.struck.push(name)
    return true
  }
}
