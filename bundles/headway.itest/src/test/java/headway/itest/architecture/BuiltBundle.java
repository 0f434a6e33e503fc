package headway.itest.architecture;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What a jar says about itself (its manifest) and what it is (its classes).
 *
 * @param name the bundle's directory name
 * @param packages every package the jar holds classes of
 * @param referenced every package the byte code names, whatever the manifest says
 */
record BuiltBundle(String name, Manifest manifest, SortedSet<String> packages, SortedSet<String> referenced) {

    static BuiltBundle open(String name, Path jar) throws IOException {
        SortedSet<String> packages = new TreeSet<>();
        SortedSet<String> referenced = new TreeSet<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            if (manifest == null) {
                throw new IOException(jar + " has no manifest");
            }
            for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
                if (entry.getName().endsWith(".class")) {
                    packages.add(packageOf(entry.getName()));
                    try (InputStream in = file.getInputStream(entry)) {
                        referenced.addAll(classConstants(new DataInputStream(in)));
                    }
                }
            }
            return new BuiltBundle(name, manifest, packages, referenced);
        }
    }

    /** The package names of a header such as Import-Package, without attributes and directives. */
    List<String> header(String header) {
        String value = manifest.getMainAttributes().getValue(header);
        List<String> names = new ArrayList<>();
        if (value == null || value.isBlank()) {
            return names;
        }
        for (String clause : split(value, ',')) {
            for (String part : split(clause, ';')) {
                if (!part.contains("=") && !part.isBlank()) {
                    names.add(part.strip());
                }
            }
        }
        return names;
    }

    private static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            }
            if (c == separator && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    /** The packages of all CONSTANT_Class entries of a class file (JVMS 4.4). */
    private static SortedSet<String> classConstants(DataInputStream in) throws IOException {
        if (in.readInt() != 0xCAFEBABE) {
            throw new IOException("not a class file");
        }
        in.readInt(); // version
        int count = in.readUnsignedShort();
        String[] text = new String[count];
        List<Integer> classes = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> text[i] = in.readUTF();
                case 7 -> classes.add(in.readUnsignedShort());
                case 8, 16, 19, 20 -> in.readUnsignedShort();
                case 15 -> in.skipNBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.readInt();
                case 5, 6 -> {
                    in.readLong();
                    i++; // long and double take two entries
                }
                default -> throw new IOException("unknown constant " + tag);
            }
        }
        SortedSet<String> packages = new TreeSet<>();
        for (int index : classes) {
            String name = text[index];
            int object = name.lastIndexOf('[') + 1;
            if (object == 0) {
                packages.add(packageOf(name));
            } else if (name.charAt(object) == 'L') {
                packages.add(packageOf(name.substring(object + 1, name.length() - 1)));
            } // else an array of primitives
        }
        packages.remove("");
        return packages;
    }

    private static String packageOf(String path) {
        int end = path.lastIndexOf('/');
        return end < 0 ? "" : path.substring(0, end).replace('/', '.');
    }
}
