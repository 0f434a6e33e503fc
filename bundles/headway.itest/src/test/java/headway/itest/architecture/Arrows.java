package headway.itest.architecture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The table in {@code arrows.txt}, and the judge over one built bundle. */
final class Arrows {

    /** One line of the table. */
    record Rule(String bundle, boolean built, List<String> contains, List<String> exports, List<String> imports) {}

    private static final Set<String> JDK = platformPackages();

    private final Map<String, Rule> rules = new LinkedHashMap<>();

    static Arrows load() throws IOException {
        Arrows arrows = new Arrows();
        try (InputStream in = Arrows.class.getResourceAsStream("arrows.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    arrows.add(line);
                }
            }
        }
        return arrows;
    }

    private void add(String line) {
        String[] cell = line.split("\\|", -1);
        if (cell.length != 5 || !Set.of("built", "later").contains(cell[0].strip())) {
            throw new IllegalArgumentException("arrows.txt: " + line);
        }
        String bundle = cell[1].strip();
        Rule rule = new Rule(bundle, cell[0].strip().equals("built"), names(cell[2]), names(cell[3]), names(cell[4]));
        if (rules.put(bundle, rule) != null) {
            throw new IllegalArgumentException("arrows.txt: two lines for " + bundle);
        }
    }

    private static List<String> names(String cell) {
        String text = cell.strip();
        return text.equals("-") ? List.of() : List.of(text.split("\\s+", -1));
    }

    /** The bundles that a build must produce. */
    List<String> expected() {
        return rules.values().stream().filter(Rule::built).map(Rule::bundle).toList();
    }

    /** What this bundle does that the table does not allow; empty is good. */
    List<String> violations(BuiltBundle bundle) {
        Rule rule = rules.get(bundle.name());
        if (rule == null) {
            return List.of(bundle.name() + " has no line in arrows.txt");
        }
        List<String> found = new ArrayList<>();
        if (!rule.built()) {
            found.add(bundle.name() + " is built, but arrows.txt says later");
        }
        for (String name : bundle.packages()) {
            if (!matches(rule.contains(), name)) {
                found.add(bundle.name() + " contains " + name);
            }
        }
        for (String name : bundle.header("Export-Package")) {
            if (!matches(rule.exports(), name) || List.of(name.split("\\.", -1)).contains("impl")) {
                found.add(bundle.name() + " exports " + name);
            }
        }
        for (String header : List.of("Import-Package", "DynamicImport-Package")) {
            for (String name : bundle.header(header)) {
                if (!mayImport(rule, name)) {
                    found.add(bundle.name() + " imports " + name);
                }
            }
        }
        for (String name : bundle.referenced()) {
            if (!bundle.packages().contains(name) && !mayImport(rule, name)) {
                found.add(bundle.name() + " refers in its byte code to " + name);
            }
        }
        for (String header : List.of("Require-Bundle", "Fragment-Host")) {
            if (bundle.manifest().getMainAttributes().getValue(header) != null) {
                found.add(bundle.name() + " has a " + header);
            }
        }
        return found;
    }

    private static boolean mayImport(Rule rule, String name) {
        return matches(rule.imports(), name)
                || matches(rule.exports(), name) // a bundle may import what it exports
                || (rule.imports().contains("JDK") && JDK.contains(name));
    }

    private static boolean matches(List<String> patterns, String name) {
        for (String pattern : patterns) {
            if (pattern.equals("*") || pattern.equals(name)) {
                return true;
            }
            if (pattern.endsWith(".*")) {
                String base = pattern.substring(0, pattern.length() - 2);
                if (name.equals(base) || name.startsWith(base + ".")) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Exported to everybody by the Java platform; sun.misc and its like do not count. */
    private static Set<String> platformPackages() {
        Set<String> packages = new HashSet<>();
        ModuleFinder.ofSystem().findAll().forEach(module -> {
            ModuleDescriptor descriptor = module.descriptor();
            if (!descriptor.name().equals("jdk.unsupported")) {
                descriptor.exports().stream()
                        .filter(exports -> !exports.isQualified())
                        .forEach(exports -> packages.add(exports.source()));
            }
        });
        return Set.copyOf(packages);
    }
}
