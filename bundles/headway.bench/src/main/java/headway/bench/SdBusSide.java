package headway.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A bus for D-Bus programs with clients in C: sd-bus, the same program on every bus. */
record SdBusSide(DbusBus bus) implements ForeignSide {

    static final CProgram PROGRAM = new CProgram("sd-bus", true);

    @Override
    public String name() {
        return bus.label();
    }

    @Override
    public String description() {
        return bus.label() + ", sd-bus clients in C";
    }

    @Override
    public String obstacle(Plan plan) {
        return PROGRAM.obstacle() != null ? PROGRAM.obstacle() : bus.obstacle(plan);
    }

    @Override
    public void prepare(Plan plan, Children children) throws IOException, InterruptedException {
        PROGRAM.compile(children.directory());
        bus.start(plan, children);
    }

    @Override
    public Path program(Path meeting) {
        return PROGRAM.in(meeting);
    }
}
