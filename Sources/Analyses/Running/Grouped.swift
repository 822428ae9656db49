/// `items` in groups of equal keys, in order of first appearance.
func grouped<Item>(_ items: [Item], by key: (Item) -> [String]) -> [[Item]] {
  var (order, groups) = ([[String]](), [[String]: [Item]]())
  for item in items {
    let name = key(item)
    if groups[name] == nil { order.append(name) }
    groups[name, default: []].append(item)
  }
  return order.compactMap { groups[$0] }
}
