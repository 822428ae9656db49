internal import PersonaSpace
internal import Statistics

/// How many questions a study takes, by the answers of a pilot's roles.
struct PlannedRoles {
  /// The rows: two roles apart, a role of mean variance, and each role.
  let rows: [PlanResult.Row]
  /// What a user should know.
  let notes: [String]

  /// By `pilot`.
  init(_ pilot: RolePilot, goals: [PlanGoal], assistant: String) {
    var rows: [PlanResult.Row] = []
    let intervals = goals.filter { $0.power == nil }
    for (samples, mean) in pilot.apart {
      rows += goals.map { Self.row(.roles, "", pilot.common, samples, mean, $0, isPaired: true) }
    }
    for (samples, mean) in pilot.typical {
      rows += intervals.map { Self.row(.typicalRole, "", pilot.common, samples, mean, $0) }
    }
    for role in pilot.roles {
      let count = role.units.means.count
      for samples in PlannedConversations.samplings(role.units.samples) {
        let mean = count >= PilotUnits.least ? role.units.plan(samples: samples) : nil
        rows += intervals.map { Self.row(.role, role.name, count, samples, mean, $0, of: role) }
      }
    }
    self.rows = rows
    var notes: [String] = []
    if !pilot.unanswered.isEmpty {
      let all = pilot.unanswered.count == pilot.roles.count
      notes.append(
        "'\(assistant)' did not answer the questions of \(all ? "the roles" : "\(pilot.unanswered.count) roles"): what questions do to "
          + "any answer stays in, and more of them are asked for; dump its answers to the same questions")
    }
    if pilot.apart.isEmpty {
      notes.append(
        pilot.common < PilotUnits.least
          ? "\(pilot.common) questions that all roles answered: a pilot takes \(PilotUnits.least)"
          : "two roles are wanted to plan how they are told apart, of which answers vary")
    }
    self.notes = notes
  }

  private static func row(
    _ subject: PlanResult.Subject, _ name: String, _ pilot: Int, _ samples: Int, _ mean: PlannedMean?, _ goal: PlanGoal,
    isPaired: Bool = false, of role: RolePilot.Role? = nil
  ) -> PlanResult.Row {
    let number = mean?.number(for: goal)
    var note = ""
    if mean == nil {
      note =
        pilot < PilotUnits.least
        ? "\(pilot) questions: a pilot takes \(PilotUnits.least)"
        : "every answer lies at the same place: no variance to plan by"
    } else if number == nil {
      note = PlanResult.Row.tooMany
    }
    return PlanResult.Row(
      subject: subject, name: .init(domain: "", condition: "", persona: name), other: nil, isPaired: isPaired,
      pilot: pilot, samples: samples, deviation: mean?.deviation,
      between: role.flatMap { $0.units.isRepeated ? $0.units.between : nil }, within: role?.units.within,
      prompts: role?.prompts, goal: goal, number: number, note: note)
  }
}
