internal import Dumps
internal import Files
internal import PersonaSpace
internal import Statistics

/// How many conversations a study takes, by those of a pilot in one layer.
struct PlannedConversations {
  /// The rows, groups first, then differences.
  let rows: [PlanResult.Row]

  private struct Group {
    let name: PlanResult.Name
    let units: PilotUnits
  }

  /// Of `tracks`, those of one layer.
  ///
  /// - Throws: `PlanFault` if no group can be planned by.
  init(_ tracks: [TurnTable.Track], goals: [PlanGoal], layer: Int) throws {
    let groups = grouped(tracks) { [$0.key.domain, $0.key.condition, $0.key.persona] }.map { members in
      Group(
        name: .init(
          domain: members[0].key.domain, condition: members[0].key.condition, persona: members[0].key.persona),
        units: PilotUnits(members.map { Self.change($0.track) }, names: members.map(\.key.conversation)))
    }
    let names = Set(tracks.map { [$0.key.domain, $0.key.conversation] })
    if names.count == 1, let only = tracks.first { throw PlanFault.oneConversation(only.key.conversation) }
    guard groups.contains(where: { !$0.units.means.isEmpty }) else { throw PlanFault.oneTurn }
    let most = groups.reduce(0) { max($0, $1.units.means.count) }
    guard most >= PilotUnits.least else { throw PlanFault.tooFew(most: most, needed: PilotUnits.least) }
    guard groups.contains(where: { $0.units.plan(samples: 1) != nil }) else { throw PlanFault.noChange(layer: layer) }
    var rows = groups.flatMap { Self.rows(.change, $0.name, nil, $0.units, goals) }
    for (index, group) in groups.enumerated() {
      for other in groups[(index + 1)...] {
        rows += Self.difference(group, other, goals)
      }
    }
    self.rows = rows
  }

  /// The change of a conversation; NaN where its first or last turn is missing, or it has one alone.
  private static func change(_ track: ConversationTrack) -> Double {
    track.positions.count < 2 ? .nan : (track.end ?? .nan) - (track.start ?? .nan)
  }

  /// What two groups that differ in the domain alone, or in the condition alone, take; nothing of others.
  private static func difference(_ a: Group, _ b: Group, _ goals: [PlanGoal]) -> [PlanResult.Row] {
    let differs = [a.name.domain != b.name.domain, a.name.condition != b.name.condition]
    guard a.name.persona == b.name.persona, differs.count(where: { $0 }) == 1 else { return [] }
    let common = a.units.paired(with: b.units)
    // Conversations of one name in two domains are not one.
    if !differs[0], common.means.count >= PilotUnits.least {
      return rows(.difference, a.name, b.name, common, goals, isPaired: true)
    }
    let least = min(a.units.means.count, b.units.means.count)
    guard least >= PilotUnits.least else { return [] }
    let samples = min(a.units.samples, b.units.samples)
    return samplings(samples).flatMap { count -> [PlanResult.Row] in
      let plans = [a.units.plan(samples: count), b.units.plan(samples: count)].compactMap(\.self)
      let mean = plans.count == 2 ? plans[0].difference(from: plans[1]) : plans.first
      return goals.map { goal in
        row(
          .difference, a.name, b.name, pilot: least, samples: count, mean: mean, between: nil, within: nil, goal,
          note: mean == nil ? constant : "")
      }
    }
  }

  /// As many measurements as the pilot has, and one.
  static func samplings(_ count: Int) -> [Int] { count > 1 ? [count, 1] : [max(1, count)] }

  private static func rows(
    _ subject: PlanResult.Subject, _ name: PlanResult.Name, _ other: PlanResult.Name?, _ units: PilotUnits,
    _ goals: [PlanGoal], isPaired: Bool = false
  ) -> [PlanResult.Row] {
    let count = units.means.count
    let isEnough = count >= PilotUnits.least
    return samplings(units.samples).flatMap { samples -> [PlanResult.Row] in
      let mean = isEnough ? units.plan(samples: samples) : nil
      let note =
        mean != nil
        ? "" : isEnough ? constant : "\(counted(count, "conversation")): a pilot takes \(PilotUnits.least)"
      return goals.map { goal in
        row(
          subject, name, other, isPaired: isPaired, pilot: count, samples: samples, mean: mean,
          between: isEnough && units.isRepeated ? units.between : nil, within: isEnough ? units.within : nil, goal,
          note: note)
      }
    }
  }

  private static let constant = "every conversation changes by the same amount: no variance to plan by"

  private static func row(
    _ subject: PlanResult.Subject, _ name: PlanResult.Name, _ other: PlanResult.Name?, isPaired: Bool = false,
    pilot: Int, samples: Int, mean: PlannedMean?, between: Estimate?, within: Estimate?, _ goal: PlanGoal, note: String
  ) -> PlanResult.Row {
    let number = mean?.number(for: goal)
    return PlanResult.Row(
      subject: subject, name: name, other: other, isPaired: isPaired, pilot: pilot, samples: samples,
      deviation: mean?.deviation, between: between, within: within, prompts: nil, goal: goal, number: number,
      note: mean != nil && number == nil ? PlanResult.Row.tooMany : note)
  }
}

extension PlanResult.Row {
  /// Why there is no number though there is a variance.
  static let tooMany = "more than \(PlannedMean.most)"
}
